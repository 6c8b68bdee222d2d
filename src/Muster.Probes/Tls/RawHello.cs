using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Probes;

/// <summary>
/// A ClientHello built by hand, for one version. The platform's own client cannot offer old versions (it refuses them itself, which looks as if the server did),
/// so that only a hello of ours, with every cipher suite that such servers knew, can show that a version is off.
/// </summary>
static class RawHello
{
    const ushort Ssl3 = 0x0300, Tls10 = 0x0301, Tls12 = 0x0303, Tls13 = 0x0304;

    /// <summary>ECDHE and DHE first, then RSA, Camellia, 3DES, RC4, DES, export and null: a server has one of these or none at all.</summary>
    static readonly ushort[] Legacy =
    [
        0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f, 0x009e, 0xc024, 0xc028, 0x006b, 0xc023, 0xc027, 0x0067,
        0xc00a, 0xc014, 0x0039, 0x0038, 0xc009, 0xc013, 0x0033, 0x0032, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f,
        0x0088, 0x0045, 0x0084, 0x0041, 0x0096, 0x0007, 0xc008, 0xc012, 0x0016, 0x0013, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004,
        0x0015, 0x0012, 0x0009, 0x0014, 0x0011, 0x0008, 0x0006, 0x0003, 0x0034, 0x001b, 0x0018, 0x0001, 0x0002, 0x003b,
    ];

    static readonly ushort[] Modern = [0x1301, 0x1302, 0x1303];

    public static byte[] Build(ushort version, string host)
    {
        var body = new Wire();
        body.U16(Math.Min(version, Tls12));
        body.Bytes(RandomNumberGenerator.GetBytes(32));
        body.Sized8(version == Tls13 ? RandomNumberGenerator.GetBytes(32) : []);
        body.Sized16(list =>
        {
            foreach (var suite in version == Tls13 ? Modern : Legacy) list.U16(suite);
            if (version < Tls13) list.U16(0x00ff); // "secure renegotiation", without which some refuse an old hello for another reason than its version
        });
        body.Sized8([0]);
        if (version > Ssl3) body.Sized16(extensions => Extensions(extensions, version, host));

        var handshake = new Wire();
        handshake.U8(1);
        handshake.U24(body.Length);
        handshake.Bytes(body.ToArray());
        var record = new Wire();
        record.U8(22);
        record.U16(version == Ssl3 ? Ssl3 : Tls10);
        record.Sized16(inner => inner.Bytes(handshake.ToArray()));
        return record.ToArray();
    }

    static void Extensions(Wire to, ushort version, string host)
    {
        if (!IPAddress.TryParse(host, out _))
            Extension(to, 0, name => name.Sized16(list => { list.U8(0); list.Sized16(text => text.Bytes(Encoding.ASCII.GetBytes(host))); }));
        Extension(to, 10, groups => groups.Sized16(list => { foreach (ushort group in (ReadOnlySpan<ushort>)[0x001d, 0x0017, 0x0018, 0x0019]) list.U16(group); }));
        if (version < Tls13) Extension(to, 11, formats => formats.Sized8([0]));
        if (version >= Tls12)
            Extension(to, 13, algorithms => algorithms.Sized16(list =>
            {
                foreach (ushort algorithm in (ReadOnlySpan<ushort>)[0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202]) list.U16(algorithm);
            }));
        if (version != Tls13) return;
        Extension(to, 43, versions => versions.Sized8([0x03, 0x04]));
        // Any 32 bytes are a point of x25519 (RFC 7748, 5); the handshake is never finished.
        Extension(to, 51, shares => shares.Sized16(list => { list.U16(0x001d); list.Sized16(key => key.Bytes(RandomNumberGenerator.GetBytes(32))); }));
    }

    static void Extension(Wire to, ushort type, Action<Wire> content)
    {
        to.U16(type);
        to.Sized16(content);
    }

    /// <summary>Big-endian bytes with lengths before what they measure.</summary>
    sealed class Wire
    {
        readonly List<byte> _bytes = [];

        public int Length => _bytes.Count;

        public byte[] ToArray() => [.. _bytes];

        public void U8(byte value) => _bytes.Add(value);

        public void U16(int value) => _bytes.AddRange([(byte)(value >> 8), (byte)value]);

        public void U24(int value) => _bytes.AddRange([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);

        public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

        public void Sized8(ReadOnlySpan<byte> bytes)
        {
            U8((byte)bytes.Length);
            Bytes(bytes);
        }

        public void Sized16(Action<Wire> content)
        {
            var inner = new Wire();
            content(inner);
            U16(inner.Length);
            _bytes.AddRange(inner._bytes);
        }
    }
}
