using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Probes;

/// <summary>
/// A mail as one reads it: headers unfolded and their encoded words decoded (RFC 2047), and every part of its body out of base64 or quoted-printable (RFC 2045).
/// What is damaged is left as far as it can be read; nothing is ever thrown.
/// </summary>
static partial class MailText
{
    const int Deepest = 10, MostParts = 1000;

    public static string Of(ReadOnlySpan<byte> mail)
    {
        // Latin-1 keeps every byte, until a part says which charset it is in.
        var text = new StringBuilder();
        var parts = 0;
        var (head, body) = Split(Encoding.Latin1.GetString(mail).Replace("\r\n", "\n", StringComparison.Ordinal));
        text.Append(Words(head)).Append("\n\n");
        Part(head, body, text, 0, ref parts);
        return text.ToString();
    }

    static void Part(string head, string body, StringBuilder into, int depth, ref int parts)
    {
        if (++parts > MostParts) return;
        var type = Header(head, "Content-Type");
        if (depth < Deepest && type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && Boundary().Match(type) is { Success: true } found)
        {
            var boundary = "\n--" + found.Groups["is"].Value.Trim();
            foreach (var part in ("\n" + body).Split(boundary).Skip(1))
            {
                if (part.StartsWith("--", StringComparison.Ordinal)) break;
                var (inner, content) = Split(part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
                into.Append(Words(inner)).Append('\n');
                Part(inner, content, into, depth + 1, ref parts);
            }

            return;
        }

        if (depth < Deepest && type.StartsWith("message/rfc822", StringComparison.OrdinalIgnoreCase))
        {
            var (inner, content) = Split(body);
            into.Append(Words(inner)).Append('\n');
            Part(inner, content, into, depth + 1, ref parts);
            return;
        }

        var bytes = Header(head, "Content-Transfer-Encoding").ToLowerInvariant() switch
        {
            "base64" => Base64(body),
            "quoted-printable" => Quoted(body, underscore: false),
            _ => Encoding.Latin1.GetBytes(body),
        };
        into.Append(Charset(Charsets().Match(type) is { Success: true } charset ? charset.Groups["is"].Value : "utf-8").GetString(bytes)).Append('\n');
    }

    static (string Head, string Body) Split(string text)
    {
        if (text.StartsWith('\n')) return ("", text[1..]);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? (Unfolded(text), "") : (Unfolded(text[..end]), text[(end + 2)..]);
    }

    static string Unfolded(string head) => head.Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);

    static string Header(string head, string name) =>
        head.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line ? line[(name.Length + 1)..].Trim() : "";

    /// <summary>Blanks between two encoded words are not of the text (RFC 2047, 6.2).</summary>
    static string Words(string head) => Word().Replace(Between().Replace(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(head)), "?==?"), word =>
    {
        var bytes = word.Groups["how"].Value is "B" or "b" ? Base64(word.Groups["text"].Value) : Quoted(word.Groups["text"].Value, underscore: true);
        return Charset(word.Groups["charset"].Value.Split('*')[0]).GetString(bytes);
    });

    static byte[] Base64(string text)
    {
        var letters = string.Concat(text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/'));
        letters = letters[..(letters.Length - (letters.Length % 4 == 1 ? 1 : 0))];
        return Convert.FromBase64String(letters.PadRight((letters.Length + 3) / 4 * 4, '='));
    }

    static byte[] Quoted(string text, bool underscore)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '=' && at + 1 < text.Length && text[at + 1] == '\n') at++;
            else if (text[at] == '=' && at + 2 < text.Length && char.IsAsciiHexDigit(text[at + 1]) && char.IsAsciiHexDigit(text[at + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(at + 1, 2), 16));
                at += 2;
            }
            else bytes.Add(underscore && text[at] == '_' ? (byte)' ' : (byte)text[at]);
        }

        return [.. bytes];
    }

    /// <summary>What is unknown is read byte by byte, so that its ASCII stays.</summary>
    static Encoding Charset(string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" or "us-ascii" => Encoding.UTF8,
        "utf-16" or "utf-16le" => Encoding.Unicode,
        "utf-16be" => Encoding.BigEndianUnicode,
        _ => Encoding.Latin1,
    };

    [GeneratedRegex("""boundary\s*=\s*("(?<is>[^"\n]{1,200})"|(?<is>[^\s;"]{1,200}))""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("""charset\s*=\s*"?(?<is>[A-Za-z0-9_.:-]{1,40})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Charsets();

    [GeneratedRegex(@"=\?(?<charset>[A-Za-z0-9_*.:-]{1,40})\?(?<how>[BbQq])\?(?<text>[^?\s]{0,2000})\?=", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"\?=[ \t]+=\?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Between();
}
