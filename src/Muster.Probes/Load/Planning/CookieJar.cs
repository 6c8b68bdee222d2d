using System.Buffers;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>
/// The cookies of one user, by name. Domain, path and expiry are not looked at, since a scenario speaks to one origin; an empty value or Max-Age=0 takes the cookie away.
/// </summary>
static class CookieJar
{
    const int Most = 200;
    const int Longest = 4096;

    /// <summary>Takes in what the answer sets.</summary>
    public static void Keep(Answer answer, UserVariables user)
    {
        var head = answer.Head.Span;
        while (AnswerHead.Next(ref head, "set-cookie"u8, out var line))
        {
            if (line.Length > Longest || Pair(line) is not { } pair) continue;
            if (pair.Value.Length == 0 || Ends(line)) user.Cookies.Remove(pair.Name);
            else if (user.Cookies.Count < Most || user.Cookies.ContainsKey(pair.Name)) user.Cookies[pair.Name] = pair.Value;
        }
    }

    /// <summary>The value of the header Cookie; false if there is none to send.</summary>
    public static bool Write(UserVariables user, IBufferWriter<byte> to)
    {
        var first = true;
        foreach (var (name, value) in user.Cookies)
        {
            if (!first) to.Write("; "u8);
            first = false;
            Escaping.Write(name, TemplatePlace.Raw, number: false, to);
            to.Write("="u8);
            Escaping.Write(value, TemplatePlace.Raw, number: false, to);
        }

        return !first;
    }

    /// <summary>The value that the answer sets for the name; null if it sets none.</summary>
    internal static string? Set(Answer answer, string name)
    {
        string? found = null;
        var head = answer.Head.Span;
        while (AnswerHead.Next(ref head, "set-cookie"u8, out var line))
            if (line.Length <= Longest && Pair(line) is { } pair && pair.Name == name) found = pair.Value;
        return found;
    }

    static (string Name, string Value)? Pair(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)';');
        var pair = end < 0 ? line : line[..end];
        var equals = pair.IndexOf((byte)'=');
        if (equals <= 0 || pair.ContainsAnyInRange((byte)0, (byte)31)) return null;
        return (Encoding.UTF8.GetString(pair[..equals].Trim(" \t"u8)), Encoding.UTF8.GetString(pair[(equals + 1)..].Trim(" \t"u8)));
    }

    static bool Ends(ReadOnlySpan<byte> line)
    {
        while (line.IndexOf((byte)';') is var at and >= 0)
        {
            line = line[(at + 1)..].TrimStart(" \t"u8);
            if (line.Length >= 9 && Ascii.EqualsIgnoreCase(line[..8], "max-age="u8) && line[8] is (byte)'0' or (byte)'-') return true;
        }

        return false;
    }
}
