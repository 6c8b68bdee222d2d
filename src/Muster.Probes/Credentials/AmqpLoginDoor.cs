using System.Buffers.Binary;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The handshake of AMQP 0-9-1 up to where the server goes on or closes; no channel is opened.</summary>
sealed class AmqpLoginDoor(Given given, ProbeContext context) : LoginDoor(given, context)
{
    const int MostFrame = 128 * 1024;
    const int MostFrames = 8;
    const int AccessRefused = 403;
    static readonly (int Class, int Method) Start = (10, 10), Tune = (10, 30), Close = (10, 50);

    protected override async Task<LoginAnswer> Ask(Login login, CancellationToken cancel)
    {
        await using var peer = await Open(cancel);
        await peer.Write("AMQP\0\0\u0009\u0001"u8.ToArray(), cancel);
        return await Talk(new(peer.Read), peer.Write, login, peer.Identity, cancel);
    }

    public static async Task<LoginAnswer> Talk(WireReader reader, Func<ReadOnlyMemory<byte>, CancellationToken, Task> write, Login login, Value identity, CancellationToken cancel)
    {
        var (method, start) = await Method(reader, cancel);
        if (method != Start) throw Odd();
        var mechanisms = Mechanisms(start);
        var mechanism = login.Password is null ? "ANONYMOUS" : "PLAIN";
        // What is not offered to nobody in particular is refused to them; passwords may still be taken in another way.
        if (!mechanisms.Contains(mechanism)) return login.Password is null ? LoginAnswer.Refused(identity) : LoginAnswer.Unclear("the broker takes no passwords by the mechanism PLAIN", identity);
        await write(StartOk(mechanism, login), cancel);
        (method, var rest) = await Method(reader, cancel);
        if (method == Tune) return LoginAnswer.Accepted(identity);
        if (method != Close || rest.Length < 2) throw Odd();
        return BinaryPrimitives.ReadUInt16BigEndian(rest) is var code && code == AccessRefused ? LoginAnswer.Refused(identity) : LoginAnswer.Unclear($"the broker closes with the code {code}", identity);
    }

    /// <summary>The next method on channel 0, heartbeats passed over: its class and number, and its arguments.</summary>
    static async Task<((int Class, int Method) Is, byte[] Arguments)> Method(WireReader reader, CancellationToken cancel)
    {
        for (var frames = 0; frames < MostFrames; frames++)
        {
            var head = await reader.Exactly(3, cancel);
            if (head[0] is not (1 or 8)) throw Odd();
            var size = await reader.Number(cancel);
            if (size > MostFrame) throw new Unseen(Blind.TooLarge, $"a frame of {size} bytes is announced; {MostFrame} are read");
            var payload = await reader.Exactly((int)size, cancel);
            if ((await reader.Exactly(1, cancel))[0] != 0xCE) throw Odd();
            if (head[0] == 8) continue;
            if (size < 4) throw Odd();
            return ((BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(2))), payload[4..]);
        }

        throw Odd();
    }

    /// <summary>After the two version numbers and the table of properties, whose length comes first.</summary>
    static string[] Mechanisms(ReadOnlySpan<byte> start)
    {
        var rest = start.Length >= 2 ? start[2..] : throw Odd();
        _ = Long(ref rest);
        return Encoding.ASCII.GetString(Long(ref rest)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    static ReadOnlySpan<byte> Long(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 4) throw Odd();
        var taken = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return taken;
    }

    static byte[] StartOk(string mechanism, Login login)
    {
        // A broker that is not told so closes the connection without a word.
        byte[] capabilities = [.. Short("authentication_failure_close"), (byte)'t', 1];
        byte[] properties = [.. Short("product"), (byte)'S', .. Long("muster"), .. Short("capabilities"), (byte)'F', .. Long(capabilities)];
        byte[] payload = [0, 10, 0, 11, .. Long(properties), .. Short(mechanism), .. Long(login.Password is null ? "" : $"\0{login.User}\0{login.Password}"), .. Short("en_US")];
        return [1, 0, 0, .. Long(payload), 0xCE];
    }

    static byte[] Short(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    static byte[] Long(string text) => Long(Encoding.UTF8.GetBytes(text));

    static byte[] Long(byte[] bytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        return [.. length, .. bytes];
    }

    static Unseen Odd() => new(Blind.Unreadable, "what answers does not speak AMQP 0-9-1");
}
