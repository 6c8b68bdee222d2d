using System.Buffers.Binary;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One message of a server in PostgreSQL's own protocol, read whole (https://www.postgresql.org/docs/current/protocol-message-formats.html), and the greeting that comes before any.</summary>
readonly record struct PostgresMessage(char Is, byte[] Body)
{
    const int Version = 3 << 16;

    public static byte[] Greeting(string user, string database)
    {
        var says = Encoding.UTF8.GetBytes($"user\0{user}\0database\0{database}\0application_name\0muster\0\0");
        var whole = new byte[8 + says.Length];
        BinaryPrimitives.WriteInt32BigEndian(whole, whole.Length);
        BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(4), Version);
        says.CopyTo(whole, 8);
        return whole;
    }

    public static async Task<PostgresMessage> Read(WireReader reader, int most, CancellationToken cancel)
    {
        var kind = (char)(await reader.Exactly(1, cancel))[0];
        var length = await reader.Number(cancel);
        if (!char.IsAsciiLetter(kind) || length < 4) throw Odd();
        if (length > most) throw new Unseen(Blind.TooLarge, $"a message of {length} bytes is announced; {most} are read");
        return new(kind, await reader.Exactly((int)length - 4, cancel));
    }

    /// <summary>Of an error: its SQLSTATE (the field C) and its words (M).</summary>
    public static (string Code, string? Says) Error(ReadOnlySpan<byte> body)
    {
        string? code = null, says = null;
        while (body.Length > 1 && body[0] != 0)
        {
            var end = body[1..].IndexOf((byte)0);
            if (end < 0) throw Odd();
            var text = Encoding.UTF8.GetString(body.Slice(1, end));
            if (body[0] == (byte)'C' && text.Length == 5 && text.All(char.IsAsciiLetterOrDigit)) code = text;
            if (body[0] == (byte)'M') says = Bounded.Start(text, 300);
            body = body[(end + 2)..];
        }

        return (code ?? throw Odd(), says);
    }

    public static Unseen Odd() => new(Blind.Unreadable, "what answers does not speak PostgreSQL's protocol");
}
