using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.EdgePlatform;

/// <summary>One connection to the cache, made anew when it broke; commands one at a time. Its password is EDGE_CACHE_PASSWORD's, where that is set.</summary>
sealed class CacheLine(DnsEndPoint at) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    readonly SemaphoreSlim _turn = new(1, 1);
    TcpClient? _client;
    StreamReader? _reader;

    /// <summary>The answer as text; null for none, for an error, and where the cache cannot be reached.</summary>
    public async Task<string?> Ask(params string[] words)
    {
        using var limit = new CancellationTokenSource(Patience);
        await _turn.WaitAsync();
        try
        {
            if (_client is null) await Open(limit.Token);
            return await Say(words, limit.Token);
        }
        catch (Exception broken) when (broken is SocketException or IOException or OperationCanceledException)
        {
            Drop();
            return null;
        }
        finally { _turn.Release(); }
    }

    async Task Open(CancellationToken cancel)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(at.Host, at.Port, cancel);
            (_client, _reader) = (client, new(client.GetStream(), Encoding.UTF8));
        }
        catch
        {
            client.Dispose();
            throw;
        }

        if (Environment.GetEnvironmentVariable("EDGE_CACHE_PASSWORD") is { Length: > 0 } password)
            await Say(Environment.GetEnvironmentVariable("EDGE_CACHE_USER") is { Length: > 0 } user ? ["AUTH", user, password] : ["AUTH", password], cancel);
    }

    async Task<string?> Say(string[] words, CancellationToken cancel)
    {
        var command = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words) command.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await _client!.GetStream().WriteAsync(Encoding.UTF8.GetBytes(command.ToString()), cancel);
        var line = await _reader!.ReadLineAsync(cancel) ?? throw new IOException("the cache closed the connection");
        if (line is ['+' or ':', ..]) return line[1..];
        if (line is not ['$', ..] || line == "$-1") return null;
        return await _reader.ReadLineAsync(cancel); // No text that is kept here has a line's end in it.
    }

    void Drop()
    {
        _client?.Dispose();
        (_client, _reader) = (null, null);
    }

    public ValueTask DisposeAsync()
    {
        Drop();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
