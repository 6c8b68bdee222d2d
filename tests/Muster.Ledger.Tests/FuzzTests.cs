using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>
/// The strict readers never throw, whatever the bytes. <c>MUSTER_FUZZ_ROUNDS</c> says how many changed inputs each gets (2,000; more for a longer run); the seed is printed.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Readers_answer_changed_bytes_with_their_documented_failure()
    {
        using var launch = new Launch(earlierCheckpoint: true);
        var keys = new[] { launch.Ledger.RunnerKey };
        var entry = launch.Ledger.EntryBytesAt(launch.Decided.Index);
        var index = new OffsetIndex(300, 64, [64, 128]).Bytes();
        var envelope = Envelope.Read(entry)!;

        Fuzz("entry", entry, bytes => EntryBytes.Read(bytes, 0));
        Fuzz("statement", envelope.Payload, bytes => EntryStatement.Read(bytes)?.Fact(out _));
        Fuzz("statement, signed", envelope.Payload, bytes => EntryBytes.Read(new Envelope(bytes, envelope.KeyId, envelope.Signature).Bytes(), 0));
        Fuzz("checkpoint", launch.Ledger.Head!.Note, bytes => Checkpoint.Read(bytes)?.IsBy(keys[0]));
        Fuzz("certificate", launch.Bytes, bytes => CertificateFile.Verify(bytes, keys, new()));
        Fuzz("foreign envelope", entry, bytes => ForeignEnvelope.Read(bytes)?.IsBy(keys[0]));
        Fuzz("public key", keys[0].SubjectPublicKeyInfo.ToArray(), bytes => PublicKey.FromSpki(bytes));
        Fuzz("public key, PEM", Encoding.ASCII.GetBytes(keys[0].Pem), bytes => PublicKey.FromPem(Encoding.Latin1.GetString(bytes)));
        var ssh = "ecdsa-sha2-nistp256 " + Convert.ToBase64String(KeyText.SshBlob(keys[0].SubjectPublicKeyInfo)) + " mia@shop";
        Fuzz("public key, SSH", Encoding.ASCII.GetBytes(ssh), bytes => (PublicKey.FromText(Encoding.Latin1.GetString(bytes)), KeyText.WhyNot(Encoding.Latin1.GetString(bytes))));
        Fuzz("private key, SSH", SshKeyTests.Plain(out _), bytes => OpenSshKey.Read(bytes).Key?.KeySize);
        Fuzz("private key, file", Encoding.ASCII.GetBytes(PemEncoding.WriteString(OpenSshKey.Label, SshKeyTests.Plain(out _))), bytes => PrivateKeyFile.Read(Encoding.Latin1.GetString(bytes), "key", () => "x"), share: 4);
        Fuzz("index", index, bytes => OffsetIndex.Read(bytes));
        var bundle = BundleTests.Bundle(launch.Ledger, launch.Mia.Public, launch.Jon.Public);
        var manifest = Envelope.Read(bundle.AsSpan(0, bundle.AsSpan().IndexOf((byte)'\n')))!;
        Fuzz("bundle", bundle, bytes => BundleFile.Read(new MemoryStream(bytes)), share: 4);
        Fuzz("bundle's manifest", manifest.Payload, bytes => BundleManifest.Read(bytes, out _), share: 4);
        Fuzz("bundle, signed", manifest.Payload, bytes => BundleFile.Read(new MemoryStream([.. Envelope.Seal(bytes, launch.Ledger.Runner!).Bytes(), .. bundle.AsSpan(bundle.AsSpan().IndexOf((byte)'\n'))])), share: 4);
        Fuzz("blob statement", BlobStatement.Of(Digest.Of("a"u8), "a"u8), bytes => BlobStatement.Read(bytes));
        Fuzz("signed word", [.. entry, (byte)'\n'], bytes => WordFile.Read(bytes, _ => keys[0]));
        var review = BundleTests.Review(launch.Ledger.Runner!);
        Fuzz("review", Encoding.ASCII.GetBytes(review), bytes => ReviewStatement.Read(Encoding.Latin1.GetString(bytes), out _, out _));
        Fuzz("review, signed", Envelope.Read(Encoding.ASCII.GetBytes(review))!.Payload, bytes => ReviewStatement.Read(Encoding.ASCII.GetString(Envelope.Seal(bytes, launch.Ledger.Runner!).Bytes()), out _, out _));
    }

    [Fact]
    public void A_log_of_changed_bytes_is_opened_or_refused_and_verified_to_its_end()
    {
        using var scratch = new Scratch().Filled(5);
        var whole = File.ReadAllBytes(scratch.Log);
        var log = whole[..(whole.AsSpan().LastIndexOfAnyExcept((byte)0) + 100)];

        Fuzz("log", log, bytes =>
        {
            File.WriteAllBytes(scratch.Log, bytes);
            if (scratch.Try(LedgerMode.Read) is LedgerOpening.Opened opened)
            {
                using (opened.Ledger) Assert.True(Record.Exception(() => opened.Ledger.Read().Count()) is null or LedgerException);
            }

            return LedgerVerifier.Verify(scratch.Muster, []);
        }, share: 40);
    }

    void Fuzz(string name, byte[] good, Func<byte[], object?> read, int share = 1)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var rounds = int.Parse(Environment.GetEnvironmentVariable("MUSTER_FUZZ_ROUNDS") ?? "2000", CultureInfo.InvariantCulture) / share;
        var started = Stopwatch.GetTimestamp();
        var round = 0;
        for (; round < rounds; round++)
        {
            var bytes = Change(good, random);
            var thrown = Record.Exception(() => read(bytes));
            Assert.True(thrown is null, $"{name}, seed {seed}, round {round}: {thrown}\n{Convert.ToBase64String(bytes)}");
        }

        output.WriteLine($"{name}: {round} inputs, seed {seed}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    static byte[] Change(byte[] good, Random random)
    {
        var bytes = new List<byte>(good);
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40))); break;
                case 3: bytes.InsertRange(at, good.AsSpan(random.Next(good.Length)).ToArray().Take(random.Next(1, 60))); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, Encoding.ASCII.GetBytes(random.GetItems(new[] { "\"", "{", "}", "[", "null", "1e999", "-1", "\\u0000", "sha256:", "=", "\n" }, 1)[0])); break;
            }
        }

        return [.. bytes];
    }
}
