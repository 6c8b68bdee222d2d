using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One mail handed to a server by SMTP (RFC 5321), over TLS by STARTTLS (RFC 3207) where the server offers it or the question demands it, with AUTH PLAIN (RFC 4954) where there is a user.</summary>
sealed class Submission(PeerStream peer, string host)
{
    const int MostLine = 2048;
    const int MostLines = 100;
    WireReader _reader = new(peer.Read);

    /// <summary>Whether the mail went over TLS.</summary>
    public bool Encrypted { get; private set; }

    /// <summary>The server's first words.</summary>
    public string Greeting { get; private set; } = "";

    /// <returns>The server's answer to the mail: taken when it begins with 2.</returns>
    public async Task<string> Send(string from, string to, string message, string tls, TrustAnchors trust, string? user, string? password, CancellationToken cancel)
    {
        Greeting = await Expect("220", "a greeting", cancel);
        var offers = await Say("EHLO muster.invalid", cancel);
        if (!offers.StartsWith("250", StringComparison.Ordinal)) throw new Unseen(Blind.Unreadable, $"EHLO is answered by {Bounded.Start(offers, 100)}");
        if (tls == "starttls" || tls == "if_offered" && offers.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase))
        {
            var go = await Say("STARTTLS", cancel);
            if (!go.StartsWith("220", StringComparison.Ordinal)) throw new Unseen(Blind.Unreachable, $"STARTTLS is refused: {Bounded.Start(go, 100)}");
            // What came before TLS is nobody's word: it is thrown away (RFC 3207, 4.2; CVE-2011-0411).
            _reader = new(peer.Read);
            await peer.Secure(host, trust, cancel);
            Encrypted = true;
            offers = await Say("EHLO muster.invalid", cancel);
        }

        if (user is not null)
        {
            if (!Encrypted && tls != "none") throw new Unseen(Blind.Refused, "the server offers no TLS, and a password is not sent in clear text; say \"tls: none\" if it must be");
            var admitted = await Say("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}")), cancel);
            if (!admitted.StartsWith("235", StringComparison.Ordinal)) throw new Unseen(Blind.NotAdmitted, $"the user is not admitted: {admitted[..Math.Min(3, admitted.Length)]}");
        }

        foreach (var line in (string[])[$"MAIL FROM:<{from}>", $"RCPT TO:<{to}>"])
            if (await Say(line, cancel) is var answer && !answer.StartsWith('2')) return answer;
        var ready = await Say("DATA", cancel);
        if (!ready.StartsWith("354", StringComparison.Ordinal)) return ready;
        var taken = await Say(string.Join("\r\n", message.ReplaceLineEndings("\n").Split('\n').Select(line => line.StartsWith('.') ? "." + line : line)) + "\r\n.", cancel);
        await Say("QUIT", cancel);
        return taken;
    }

    async Task<string> Expect(string code, string what, CancellationToken cancel)
    {
        var answer = await Answer(cancel);
        return answer.StartsWith(code, StringComparison.Ordinal) ? answer : throw new Unseen(Blind.Unreadable, $"{what} of SMTP was expected, and {Bounded.Start(answer, 100)} came");
    }

    async Task<string> Say(string line, CancellationToken cancel)
    {
        await peer.Write(Encoding.UTF8.GetBytes(line + "\r\n"), cancel);
        return await Answer(cancel);
    }

    /// <summary>All lines of one answer; the last has a blank after its code.</summary>
    async Task<string> Answer(CancellationToken cancel)
    {
        var all = new StringBuilder();
        for (var lines = 0; lines < MostLines; lines++)
        {
            var line = await _reader.Line(MostLine, cancel);
            if (line.Length < 3 || line.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9')) throw new Unseen(Blind.Unreadable, $"the answer is not SMTP: {Bounded.Start(line, 60)}");
            all.Append(line).Append('\n');
            if (line.Length == 3 || line[3] != '-') return all.ToString().TrimEnd();
        }

        throw new Unseen(Blind.TooLarge, $"an answer of SMTP has more than {MostLines} lines");
    }
}
