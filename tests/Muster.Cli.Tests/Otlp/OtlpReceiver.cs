using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Muster.Cli.Otlp;
using Muster.Probes;

namespace Muster.Cli.Tests.Otlp;

/// <summary>What came in. The body is decompressed; null where it could not be, or was too large.</summary>
sealed record Came(string Method, string Path, string Type, string Encoding, byte[]? Body, bool TooLarge)
{
    public bool IsJson => Type.StartsWith("application/json", StringComparison.Ordinal);

    public string Text => Encoding1.GetString(Body ?? []);

    static readonly Encoding Encoding1 = System.Text.Encoding.Latin1;
}

/// <param name="Status">Of HTTP, or of gRPC.</param>
sealed record Says(int Status, string Type, byte[] Body);

/// <summary>A receiver of traces on real sockets, HTTP/1.1 and HTTP/2 without TLS, that does all that is asked; a test makes it do one thing wrong.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    const int Limit = 1 << 20;
    readonly LoopbackListener _http, _grpc;
    readonly Func<Came, Says, Says> _wrong;

    public OtlpReceiver(Func<Came, Says, Says>? wrong = null)
    {
        _wrong = wrong ?? ((_, says) => says);
        _http = LoopbackListener.Start(Http);
        _grpc = LoopbackListener.Start((stream, cancel) => new TinyHttp2(stream, Grpc).Serve(cancel));
    }

    public string HttpUrl => $"http://127.0.0.1:{_http.Port}";

    public string GrpcUrl => $"http://127.0.0.1:{_grpc.Port}";

    async Task Http(Stream stream, CancellationToken cancel)
    {
        while (await Head(stream, cancel) is { } head)
        {
            var lines = head.Split("\r\n");
            string Header(string name) => lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";
            var body = new byte[int.TryParse(Header("content-length"), CultureInfo.InvariantCulture, out var length) ? length : 0];
            await stream.ReadExactlyAsync(body, cancel);
            var unpacked = Unpacked(body, Header("content-encoding"), out var tooLarge);
            var came = new Came(lines[0].Split(' ')[0], lines[0].Split(' ')[1], Header("content-type"), Header("content-encoding"), unpacked, tooLarge);
            var says = _wrong(came, Right(came));
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {says.Status} So\r\nContent-Type: {says.Type}\r\nContent-Length: {says.Body.Length}\r\n\r\n"), cancel);
            await stream.WriteAsync(says.Body, cancel);
        }
    }

    static async Task<string?> Head(Stream stream, CancellationToken cancel)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancel) == 0) return null;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    static byte[]? Unpacked(byte[] body, string encoding, out bool tooLarge)
    {
        tooLarge = body.Length > Limit;
        if (encoding != "gzip") return body;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            var room = new byte[Limit + 1];
            var read = gzip.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
            tooLarge = read > Limit;
            return tooLarge ? null : room[..read];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    static Says Right(Came came)
    {
        var type = came.IsJson ? OtlpPeer.Json : OtlpPeer.Protobuf;
        if (came.Path != "/v1/traces") return Error(404, "no such path", type);
        if (came.Method != "POST") return Error(405, "POST is", type);
        if (!came.IsJson && came.Type != OtlpPeer.Protobuf) return Error(415, "no such type", type);
        if (came.TooLarge) return Error(413, "too large", type);
        if (came.Body is null || !IsReadable(came)) return Error(400, "it cannot be read", type);
        if (came.Body.AsSpan().IndexOf((byte[])[0x0a, 3, 1, 2, 3]) >= 0) return new(200, type, new ProtoWriter().Message(1, new ProtoWriter().Varint(1, 1).Text(2, "an identity has 16 bytes")).Bytes);
        return new(200, type, came.IsJson ? "{}"u8.ToArray() : []);
    }

    static bool IsReadable(Came came)
    {
        if (!came.IsJson) return ProtoReader.Read(came.Body) is not null;
        try
        {
            using var json = JsonDocument.Parse(came.Body!);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static Says Error(int status, string says, string type, bool detail = true) => new(status, type, type == OtlpPeer.Json
        ? Encoding.UTF8.GetBytes($$"""{"message":"{{says}}"{{(detail ? ",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\"}]" : "")}}}""")
        : (detail ? new ProtoWriter().Text(2, says).Message(3, new ProtoWriter().Text(1, "type.googleapis.com/google.rpc.BadRequest")) : new ProtoWriter().Text(2, says)).Bytes);

    Says Grpc(string path, string encoding, byte[] framed)
    {
        const int unimplemented = 12, invalid = 3, exhausted = 8;
        var body = Unpacked(framed[5..], encoding, out var tooLarge);
        var came = new Came("CALL", path, "application/grpc", encoding, body, tooLarge);
        var right = path != Signal.Traces.Method || encoding is not ("" or "gzip") ? new Says(unimplemented, "no", [])
            : tooLarge ? new(exhausted, "too large", [])
            : body is null || ProtoReader.Read(body) is null ? new(invalid, "it cannot be read", [])
            : new(0, "", []);
        return _wrong(came, right);
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        await _grpc.DisposeAsync();
    }
}

/// <summary>HTTP/2 for unary gRPC calls of the framework's client, which writes header fields as literals without Huffman (RFC 7541, 6.2.2). One call at a time.</summary>
sealed class TinyHttp2(Stream stream, Func<string, string, byte[], Says> answer)
{
    const int Data = 0, Headers = 1, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    public async Task Serve(CancellationToken cancel)
    {
        var preface = new byte[24];
        if (await stream.ReadAtLeastAsync(preface, 24, false, cancel) < 24) return;
        await Write(Settings, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff], cancel); // SETTINGS_INITIAL_WINDOW_SIZE
        await Write(WindowUpdate, 0, 0, [0x7f, 0xfe, 0, 0], cancel);
        var (path, encoding) = ("", "");
        using var body = new MemoryStream();
        var head = new byte[9];
        while (await stream.ReadAtLeastAsync(head, 9, false, cancel) == 9)
        {
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload, cancel);
            var (kind, flags, id) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
            switch (kind)
            {
                case Settings when (flags & Ack) == 0: await Write(Settings, Ack, 0, [], cancel); break;
                case Ping when (flags & Ack) == 0: await Write(Ping, Ack, 0, payload, cancel); break;
                case GoAway: return;
                case Headers:
                    (path, encoding) = Fields(payload);
                    body.SetLength(0);
                    break;
                case Data: body.Write(payload); break;
            }

            if (kind is Headers or Data && (flags & EndStream) != 0) await Reply(id, answer(path, encoding, body.ToArray()), cancel);
        }
    }

    async Task Reply(int id, Says says, CancellationToken cancel)
    {
        await Write(Headers, EndHeaders, id, [0x88, .. Literal("content-type", "application/grpc")], cancel);
        if (says.Status == 0)
        {
            var framed = new byte[5 + says.Body.Length];
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), says.Body.Length);
            says.Body.CopyTo(framed, 5);
            await Write(Data, 0, id, framed, cancel);
        }

        await Write(Headers, EndHeaders | EndStream, id, [.. Literal("grpc-status", says.Status.ToString(CultureInfo.InvariantCulture)), .. Literal("grpc-message", says.Type)], cancel);
    }

    static byte[] Literal(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    static (string Path, string Encoding) Fields(ReadOnlySpan<byte> bytes)
    {
        var (path, encoding) = ("", "");
        while (!bytes.IsEmpty)
        {
            var first = bytes[0];
            if (first >= 0x80)
            {
                Number(ref bytes, 7);
                continue;
            }

            var index = Number(ref bytes, first >= 0x40 ? 6 : first >= 0x20 ? 5 : 4);
            if (first is >= 0x20 and < 0x40) continue;
            var name = index == 0 ? Word(ref bytes) : index is 4 or 5 ? ":path" : "";
            var value = Word(ref bytes);
            if (name == ":path") path = value;
            if (name == "grpc-encoding") encoding = value;
        }

        return (path, encoding);
    }

    static string Word(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] >= 0x80) throw new NotSupportedException("Huffman");
        var length = Number(ref bytes, 7);
        var word = Encoding.ASCII.GetString(bytes[..length]);
        bytes = bytes[length..];
        return word;
    }

    static int Number(ref ReadOnlySpan<byte> bytes, int bits)
    {
        var most = (1 << bits) - 1;
        var value = bytes[0] & most;
        bytes = bytes[1..];
        for (var shift = 0; value >= most; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value += (next & 0x7f) << shift;
            if (next < 0x80) break;
        }

        return value;
    }

    async Task Write(int kind, int flags, int id, byte[] payload, CancellationToken cancel)
    {
        var frame = new byte[9 + payload.Length];
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = (byte)kind;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame, cancel);
    }
}
