using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Snappy;

namespace Muster.Telemetry.Tests.Intake;

public sealed class SnappyBlockTests
{
    /// <summary>The example of the format's description: a literal, and a copy that overlaps itself.</summary>
    [Fact]
    public void A_copy_longer_than_its_offset_repeats_what_it_writes()
    {
        // 10 bytes: literal "ab", copy of 8 from 2 back.
        byte[] block = [10, (2 - 1) << 2, (byte)'a', (byte)'b', ((8 - 1) << 2) | 2, 2, 0];
        Assert.Equal("ababababab", Encoding.ASCII.GetString(Uncompressed(block)));
    }

    [Fact]
    public void Each_form_of_a_copy_and_of_a_literal_is_read()
    {
        byte[] block = [12, 60 << 2, 3, (byte)'a', (byte)'b', (byte)'c', (byte)'d', 1, 4, ((4 - 1) << 2) | 3, 8, 0, 0, 0];
        Assert.Equal("abcdabcdabcd", Encoding.ASCII.GetString(Uncompressed(block)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public void What_was_compressed_comes_back(int length)
    {
        var random = new Random(length);
        foreach (var alphabet in new[] { 1, 3, 256 })
        {
            var text = new byte[length];
            for (var at = 0; at < length; at++) text[at] = (byte)(random.Next(alphabet) + (at % 1000 < 500 ? 0 : 7));
            var into = new byte[SnappyBlock.LongestCompressed(length)];
            var size = SnappyBlock.Compress(text, into);
            Assert.Equal(text, Uncompressed(into.AsSpan(0, size)));
            if (alphabet == 1 && length > 1000) Assert.True(size < length / 10, $"{size} bytes for {length} alike");
        }
    }

    [Fact]
    public void A_few_bytes_cannot_claim_gigabytes()
    {
        byte[] bomb = [0xff, 0xff, 0xff, 0x7f, 0];
        var buffer = Array.Empty<byte>();
        Assert.Equal(IntakeProblemKind.TooLarge, Assert.Throws<IntakeProblem>(() => SnappyBlock.Uncompress(bomb, 64 << 20, ref buffer)).Kind);
        byte[] claim = [0xff, 0xff, 0x7f, 0];
        Assert.Equal(IntakeProblemKind.Malformed, Assert.Throws<IntakeProblem>(() => SnappyBlock.Uncompress(claim, 64 << 20, ref buffer)).Kind);
        Assert.Empty(buffer);
    }

    [Fact]
    public void Whatever_is_changed_in_a_block_it_is_read_or_refused()
    {
        var random = new Random(1);
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 400).Select(n => $"metric_{n % 17}{{label=\"value_{n % 5}\"}} ")));
        var into = new byte[SnappyBlock.LongestCompressed(text.Length)];
        var block = into.AsSpan(0, SnappyBlock.Compress(text, into)).ToArray();
        var refused = 0;
        for (var n = 0; n < 20_000; n++)
        {
            var changed = block[..(random.Next(4) == 0 ? random.Next(block.Length) : block.Length)];
            for (var change = random.Next(4); change >= 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try { Uncompressed(changed); }
            catch (IntakeProblem) { refused++; }
        }

        Assert.True(refused > 1000);
    }

    static byte[] Uncompressed(ReadOnlySpan<byte> block)
    {
        var buffer = Array.Empty<byte>();
        return SnappyBlock.Uncompress(block, 1 << 20, ref buffer).ToArray();
    }
}
