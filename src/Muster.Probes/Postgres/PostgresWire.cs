using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A connection to a server up to where its messages begin: the guard's socket, and TLS as the address asks for it.</summary>
static class PostgresWire
{
    /// <summary>What all answers to one question may come to.</summary>
    const long Most = 32 * 1024 * 1024;

    /// <summary>Length 8, then the number that stands where a version would: 1234 and 5679.</summary>
    public static ReadOnlyMemory<byte> AskForTls { get; } = new byte[] { 0, 0, 0, 8, 4, 210, 22, 47 };

    public static async Task<PeerStream> Open(PostgresAddress address, ProbeContext context, CancellationToken cancel)
    {
        var trust = address.Verified ? await TrustAnchors.Read(address.Trust, context.Folder, cancel) : null;
        using var certificate = await ClientCertificate.Read(address, context, cancel);
        var peer = await PeerStream.Open(address.Host, address.Port, context, cancel, Most);
        try
        {
            if (address.SslMode == "disable") return peer;
            if (await OffersTls(peer, cancel)) await peer.Secure(address.Host, trust, cancel, certificate);
            else if (address.SslMode != "prefer") throw new Unseen(Blind.Unreachable, $"{peer.Address} offers no TLS, and sslmode={address.SslMode} asks for it");
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>One byte: S, or N. Whatever else comes is no such server, or one that sends an error in place of an answer.</summary>
    public static async Task<bool> OffersTls(PeerStream peer, CancellationToken cancel)
    {
        await peer.Write(AskForTls, cancel);
        var answer = new byte[1];
        await peer.ReadWhole(answer, cancel);
        return answer[0] switch
        {
            (byte)'S' => true,
            (byte)'N' => false,
            _ => throw new Unseen(Blind.Unreadable, $"{peer.Address} does not answer to a request for TLS as PostgreSQL does"),
        };
    }
}
