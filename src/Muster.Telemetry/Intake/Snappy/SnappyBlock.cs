using System.Buffers.Binary;

namespace Muster.Telemetry.Intake.Snappy;

/// <summary>
/// Snappy's block format, both ways (<see href="https://github.com/google/snappy/blob/main/format_description.txt"/>): the uncompressed length as a
/// varint, then literals and copies of what came before. No frames, no checksum: remote write uses it bare.
/// </summary>
public static class SnappyBlock
{
    /// <summary>The length that a block says it has when uncompressed.</summary>
    /// <exception cref="IntakeProblem">There is none.</exception>
    public static int UncompressedLength(ReadOnlySpan<byte> block) => Length(block).Length;

    /// <summary>Uncompresses into <paramref name="into"/>, whose length is what the block says.</summary>
    /// <param name="most">Longest result that is taken; asked before anything is allocated, so that a few bytes cannot claim gigabytes.</param>
    /// <exception cref="IntakeProblem">It is no block, or too large.</exception>
    public static ReadOnlyMemory<byte> Uncompress(ReadOnlySpan<byte> block, int most, ref byte[] buffer)
    {
        var (length, at) = Length(block);
        if (length > most) throw new IntakeProblem(IntakeProblemKind.TooLarge, $"it is {length} bytes long when uncompressed, and {most} are taken");
        // A copy of three bytes makes sixty-four at most: a block that claims more than its bytes can give is refused before it costs memory.
        if (length > (long)block.Length * 22 + 64) throw IntakeProblem.Malformed("a snappy block claims to be longer than it can be");
        if (buffer.Length < length) buffer = new byte[Math.Max(length, Math.Min(most, buffer.Length * 2))];
        Uncompress(block[at..], buffer.AsSpan(0, length));
        return buffer.AsMemory(0, length);
    }

    static (int Length, int At) Length(ReadOnlySpan<byte> block)
    {
        uint length = 0;
        for (var at = 0; at < 5 && at < block.Length; at++)
        {
            var part = block[at];
            if (at == 4 && part > 0x0f) break;
            length |= (uint)(part & 0x7f) << (7 * at);
            if (part < 0x80) return length <= int.MaxValue ? ((int)length, at + 1) : throw new IntakeProblem(IntakeProblemKind.TooLarge, "a snappy block of more than two gigabytes");
        }

        throw IntakeProblem.Malformed("a snappy block without a length");
    }

    static void Uncompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var (at, done) = (0, 0);
        while (at < source.Length)
        {
            var tag = source[at++];
            if ((tag & 3) == 0)
            {
                var length = (tag >> 2) + 1;
                if (length > 60)
                {
                    var bytes = length - 60;
                    if (at + bytes > source.Length) throw Cut();
                    uint more = 0;
                    for (var index = 0; index < bytes; index++) more |= (uint)source[at + index] << (8 * index);
                    if (more >= int.MaxValue) throw Cut();
                    length = (int)more + 1;
                    at += bytes;
                }

                if (length > source.Length - at || length > target.Length - done) throw Cut();
                source.Slice(at, length).CopyTo(target[done..]);
                at += length;
                done += length;
                continue;
            }

            int copied, offset;
            switch (tag & 3)
            {
                case 1:
                    if (at >= source.Length) throw Cut();
                    copied = ((tag >> 2) & 7) + 4;
                    offset = ((tag & 0xe0) << 3) | source[at];
                    at++;
                    break;
                case 2:
                    if (at + 2 > source.Length) throw Cut();
                    copied = (tag >> 2) + 1;
                    offset = BinaryPrimitives.ReadUInt16LittleEndian(source[at..]);
                    at += 2;
                    break;
                default:
                    if (at + 4 > source.Length) throw Cut();
                    copied = (tag >> 2) + 1;
                    var far = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
                    offset = far > int.MaxValue ? int.MaxValue : (int)far;
                    at += 4;
                    break;
            }

            if (offset == 0 || offset > done || copied > target.Length - done) throw Cut();
            if (offset >= copied) target.Slice(done - offset, copied).CopyTo(target[done..]);
            else
            {
                // It overlaps itself: what is written is read again.
                for (var index = 0; index < copied; index++) target[done + index] = target[done + index - offset];
            }

            done += copied;
        }

        if (done != target.Length) throw Cut();
    }

    static IntakeProblem Cut() => IntakeProblem.Malformed("a snappy block is cut off, or points outside of itself");

    const int Window = 1 << 16;
    const int TableBits = 14;

    /// <summary>The longest that so many bytes can become.</summary>
    public static int LongestCompressed(int length) => 32 + length + (length / 6);

    /// <returns>How many bytes of <paramref name="into"/> were written; it has room for <see cref="LongestCompressed"/>.</returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> into)
    {
        var done = 0;
        var rest = (uint)source.Length;
        for (; rest >= 0x80; rest >>= 7) into[done++] = (byte)(rest | 0x80);
        into[done++] = (byte)rest;
        Span<ushort> table = new ushort[1 << TableBits];
        for (var from = 0; from < source.Length; from += Window)
        {
            table.Clear();
            done += CompressWindow(source.Slice(from, Math.Min(Window, source.Length - from)), into[done..], table);
        }

        return done;
    }

    static int CompressWindow(ReadOnlySpan<byte> source, Span<byte> into, Span<ushort> table)
    {
        var (done, literal, at) = (0, 0, 0);
        while (at + 4 < source.Length)
        {
            var four = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
            ref var seen = ref table[(int)((four * 0x1e35a7bd) >> (32 - TableBits))];
            var before = (int)seen;
            seen = (ushort)at;
            if (before >= at || BinaryPrimitives.ReadUInt32LittleEndian(source[before..]) != four)
            {
                // The longer nothing was found, the larger the steps: what does not compress costs little.
                at += 1 + ((at - literal) >> 5);
                continue;
            }

            done += Literal(source[literal..at], into[done..]);
            var length = 4 + source[(at + 4)..].CommonPrefixLength(source[(before + 4)..]);
            done += Copy(at - before, length, into[done..]);
            at += length;
            literal = at;
        }

        return done + Literal(source[literal..], into[done..]);
    }

    static int Literal(ReadOnlySpan<byte> text, Span<byte> into)
    {
        if (text.IsEmpty) return 0;
        var last = text.Length - 1;
        var head = 1;
        if (last < 60) into[0] = (byte)(last << 2);
        else if (last < 1 << 8) (into[0], into[1], head) = (60 << 2, (byte)last, 2);
        else
        {
            into[0] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(into[1..], (ushort)last);
            head = 3;
        }

        text.CopyTo(into[head..]);
        return head + text.Length;
    }

    static int Copy(int offset, int length, Span<byte> into)
    {
        var done = 0;
        while (length > 0)
        {
            // A last piece of less than four would need a literal's worth: so 64 is not taken when that would remain.
            var piece = length >= 68 ? 64 : length > 64 ? 60 : length;
            into[done] = (byte)(((piece - 1) << 2) | 2);
            BinaryPrimitives.WriteUInt16LittleEndian(into[(done + 1)..], (ushort)offset);
            done += 3;
            length -= piece;
        }

        return done;
    }
}
