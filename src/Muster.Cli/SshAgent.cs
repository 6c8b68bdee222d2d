using System.Buffers.Binary;
using Muster.Ledger;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>
/// Signing by the SSH agent of SSH_AUTH_SOCK: the key stays with it. An agent hashes what it is given with SHA-256 and signs that, which is just what a signature of ours is.
/// Every answer is bounded and timed; a signature that does not verify is refused by the signer.
/// </summary>
sealed class SshAgent(Host host, string path)
{
    const int LargestAnswer = 256 * 1024;
    const int MostKeys = 1_000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // its owner may have to press a button first

    /// <exception cref="Refusal">There is none.</exception>
    public static SshAgent Of(Host host) => host.Variable("SSH_AUTH_SOCK") is { Length: > 0 } path
        ? new(host, path) : throw Refusal.Usage("there is no SSH agent: SSH_AUTH_SOCK is not set", "start one: eval $(ssh-agent); ssh-add FILE; or sign with --key FILE");

    /// <summary>The keys on P-256 that it holds; those of other kinds cannot sign here and are left out.</summary>
    public IReadOnlyList<Signer> Signers()
    {
        var answer = Ask([11], 12);
        var signers = new List<Signer>();
        if (!SshWire.Count(ref answer, out var keys) || keys > MostKeys) throw Strange();
        for (var i = 0; i < keys; i++)
        {
            if (!SshWire.Field(ref answer, out var blob) || !SshWire.Field(ref answer, out _)) throw Strange();
            if (KeyText.OfSshBlob(blob) is { } spki && PublicKey.FromSpki(spki) is { } key) signers.Add(Signer.Elsewhere(key, message => Sign(key, message)));
        }

        return signers;
    }

    byte[] Sign(PublicKey key, ReadOnlyMemory<byte> message)
    {
        var answer = Ask([13, .. Written(KeyText.SshBlob(key.SubjectPublicKeyInfo)), .. Written(message.Span), 0, 0, 0, 0], 14);
        if (!SshWire.Field(ref answer, out var signature) || !SshWire.Field(ref signature, out var type) || !type.SequenceEqual("ecdsa-sha2-nistp256"u8) || !SshWire.Field(ref signature, out var pair)
            || !Number(ref pair, out var r) || !Number(ref pair, out var s)) throw Strange();
        return [.. r, .. s];
    }

    ReadOnlySpan<byte> Ask(ReadOnlySpan<byte> message, byte expected)
    {
        var (stream, whyNot) = LocalSocket.Connect(path, Patience, host.Cancel);
        if (stream is null) throw Refusal.Usage($"the SSH agent cannot be reached at SSH_AUTH_SOCK: {whyNot}", "start one: eval $(ssh-agent); ssh-add FILE; or sign with --key FILE");
        try
        {
            using (stream)
            {
                stream.Write(Written(message));
                var head = new byte[4];
                stream.ReadExactly(head);
                var length = BinaryPrimitives.ReadUInt32BigEndian(head);
                if (length is 0 or > LargestAnswer) throw Strange();
                var answer = new byte[length];
                stream.ReadExactly(answer);
                if (answer[0] == expected) return answer.AsSpan(1);
                if (answer[0] == 5) throw Refusal.Usage("the SSH agent refuses", "unlock it (ssh-add -X), confirm what it asks, or add the key anew: ssh-add FILE");
                throw Strange();
            }
        }
        catch (IOException broken)
        {
            throw Refusal.Usage($"the SSH agent does not answer: {broken.Message.TrimEnd('.')}", "try again; or sign with --key FILE");
        }
    }

    static Refusal Strange() => Refusal.Usage("what stands at SSH_AUTH_SOCK does not answer as an SSH agent does", "start one: eval $(ssh-agent); ssh-add FILE; or sign with --key FILE");

    static byte[] Written(ReadOnlySpan<byte> field)
    {
        var written = new byte[4 + field.Length];
        BinaryPrimitives.WriteUInt32BigEndian(written, (uint)field.Length);
        field.CopyTo(written.AsSpan(4));
        return written;
    }

    /// <summary>A positive number of at most 32 bytes, as so many.</summary>
    static bool Number(ref ReadOnlySpan<byte> from, out byte[] number)
    {
        number = new byte[32];
        if (!SshWire.Field(ref from, out var field)) return false;
        var digits = field.TrimStart((byte)0);
        if (digits.Length is 0 or > 32) return false;
        digits.CopyTo(number.AsSpan(32 - digits.Length));
        return true;
    }
}
