using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Muster.Probes;

/// <summary>
/// A small server of PostgreSQL's protocol on loopback, for fixtures: it lets everybody in and has one answer for each statement that it was told of. What it was not told of, it refuses.
/// </summary>
public sealed class LoopbackPostgres : IAsyncDisposable
{
    const int MostMessage = 64 * 1024;
    readonly LoopbackListener _listener;
    readonly List<(string Part, Func<string?[], LoopbackAnswer> Answer)> _answers = [];
    readonly X509Certificate2? _certificate;
    readonly bool _needsTls;

    LoopbackPostgres(X509Certificate2? certificate, bool needsTls, bool standby)
    {
        (_certificate, _needsTls) = (certificate, needsTls);
        _listener = LoopbackListener.Start(Serve);
        Says(PostgresSession.ReadOnly, []);
        Says(PostgresSession.Settle, ["1", "2", "3", "4", "5", "6", "7", "8", "9"], ["5000", "5000", "UTC", "ISO, YMD", "1772355600.000000", "150020", "shop", "shop", standby ? "t" : "f"]);
    }

    public int Port => _listener.Port;

    public string Address => $"postgres://shop@127.0.0.1:{Port}/shop";

    /// <param name="certificate">What it shows to whoever asks for TLS.</param>
    /// <param name="needsTls">Whether it refuses those who do not ask.</param>
    /// <param name="standby">Whether it says that it is one.</param>
    public static LoopbackPostgres Start(X509Certificate2? certificate = null, bool needsTls = false, bool standby = false) => new(certificate, needsTls, standby);

    /// <summary>The answer to statements that contain this. A column is its name, with <c>:OID</c> where it is no text.</summary>
    public LoopbackPostgres Says(string part, string[] columns, params string?[][] rows)
    {
        _answers.Add((part, _ => new(columns, rows, null)));
        return this;
    }

    /// <summary>As above, by what stands for $1, $2 …</summary>
    public LoopbackPostgres Says(string part, string[] columns, Func<string?[], string?[][]> rows)
    {
        _answers.Add((part, texts => new(columns, rows(texts), null)));
        return this;
    }

    public LoopbackPostgres Refuses(string part, string sqlState, string message)
    {
        _answers.Add((part, _ => new([], [], (sqlState, message))));
        return this;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    async Task Serve(Stream stream, CancellationToken cancel)
    {
        Stream? secured = null;
        try
        {
            var hello = await Message(stream, 0, cancel);
            if (Number(hello) == 80877103)
            {
                await stream.WriteAsync(_certificate is null ? "N"u8.ToArray() : "S"u8.ToArray(), cancel);
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    stream = secured = tls;
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, cancel);
                }

                hello = await Message(stream, 0, cancel);
            }

            if (Number(hello) != 196608) return;
            if (_needsTls && secured is null) await Tell(stream, Error("28000", "no encryption, no entry"), cancel);
            else await Session(stream, cancel);
        }
        finally
        {
            if (secured is not null) await secured.DisposeAsync();
        }
    }

    async Task Session(Stream stream, CancellationToken cancel)
    {
        await Tell(stream, [.. Told('R', Whole(0)), .. Told('S', [.. "client_encoding\0UTF8\0"u8]), .. Told('S', [.. "server_version\015.20\0"u8]), .. Told('Z', "I"u8)], cancel);
        var sql = "";
        LoopbackAnswer answer = new([], [], null);
        var inError = false;
        var kind = new byte[1];
        while (await stream.ReadAsync(kind, cancel) == 1)
        {
            var body = await Message(stream, 0, cancel);
            switch (kind[0])
            {
                case (byte)'X': return;
                case (byte)'P': sql = Text(body, Text(body, 0).Length + 1); if (!inError) await Tell(stream, Told('1', []), cancel); break;
                case (byte)'B' when !inError: answer = Find(sql, Bound(body)); await Tell(stream, answer.Error is var (state, message) ? Error(state, message) : Told('2', []), cancel); inError = answer.Error is not null; break;
                case (byte)'D' when !inError: await Tell(stream, answer.Columns.Length == 0 ? Told('n', []) : Described(answer), cancel); break;
                case (byte)'E' when !inError: await Tell(stream, [.. answer.Rows.SelectMany(Row), .. Told('C', [.. Encoding.UTF8.GetBytes($"SELECT {answer.Rows.Length}"), 0])], cancel); break;
                case (byte)'S': inError = false; await Tell(stream, Told('Z', "T"u8), cancel); break;
            }
        }
    }

    LoopbackAnswer Find(string sql, string?[] texts) =>
        _answers.FindLast(one => sql.Contains(one.Part, StringComparison.Ordinal)).Answer?.Invoke(texts) ?? new([], [], ("42601", $"nothing was told of this statement: {sql}"));

    /// <summary>A message without its letter: a length that counts itself, and what follows.</summary>
    static async Task<byte[]> Message(Stream stream, int least, CancellationToken cancel)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancel);
        var body = BinaryPrimitives.ReadInt32BigEndian(length) - 4;
        if (body < least || body > MostMessage) throw new IOException("a message of no good length");
        var read = new byte[body];
        await stream.ReadExactlyAsync(read, cancel);
        return read;
    }

    static async Task Tell(Stream stream, byte[] bytes, CancellationToken cancel)
    {
        await stream.WriteAsync(bytes, cancel);
        await stream.FlushAsync(cancel);
    }

    static byte[] Told(char kind, ReadOnlySpan<byte> body) => [(byte)kind, .. Whole(body.Length + 4), .. body];

    static byte[] Error(string state, string message) => Told('E', [.. Encoding.UTF8.GetBytes($"SERROR\0VERROR\0C{state}\0M{message}\0"), 0]);

    static byte[] Described(LoopbackAnswer answer) => Told('T', [.. Half(answer.Columns.Length), .. answer.Columns.SelectMany(Column)]);

    static byte[] Column(string column)
    {
        var (name, type) = column.Split(':') is [var named, var oid] ? (named, int.Parse(oid, System.Globalization.CultureInfo.InvariantCulture)) : (column, 25);
        return [.. Encoding.UTF8.GetBytes(name), 0, .. Whole(0), .. Half(0), .. Whole(type), .. Half(-1), .. Whole(-1), .. Half(0)];
    }

    static byte[] Row(string?[] row) => Told('D', [.. Half(row.Length), .. row.SelectMany(text => text is null ? Whole(-1) : [.. Whole(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)])]);

    static string?[] Bound(byte[] body)
    {
        var at = Text(body, 0).Length + 1;
        at += Text(body, at).Length + 1;
        at += 2 + 2 * BinaryPrimitives.ReadInt16BigEndian(body.AsSpan(at));
        var texts = new string?[BinaryPrimitives.ReadInt16BigEndian(body.AsSpan(at))];
        at += 2;
        for (var i = 0; i < texts.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at));
            at += 4;
            if (length < 0) continue;
            texts[i] = Encoding.UTF8.GetString(body, at, length);
            at += length;
        }

        return texts;
    }

    static string Text(byte[] body, int from) => Encoding.UTF8.GetString(body.AsSpan(from)[..body.AsSpan(from).IndexOf((byte)0)]);

    static int Number(byte[] body) => body.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(body) : 0;

    static byte[] Whole(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    static byte[] Half(int number) => [(byte)(number >> 8), (byte)number];

    sealed record LoopbackAnswer(string[] Columns, string?[][] Rows, (string State, string Message)? Error);
}
