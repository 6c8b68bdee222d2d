using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load.Wires;

public class AnswerReaderTests
{
    public static TheoryData<string, int, string, bool> Whole() => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true },
        { "HTTP/1.1 200 \r\ncontent-length:5 \r\n\r\nhello", 200, "hello", true },
        { "HTTP/1.1 200\r\nCONTENT-LENGTH: 5, 5\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true },
        { "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", 200, "hi", true },
        { "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", 204, "", true },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", true },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 200, "", false },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: foo, Close\r\nConnection: keep-alive\r\n\r\n", 200, "", false },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", false },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nhi", 200, "hi", true },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\n\r\n", 200, "hello world", true },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0000B \r\nhello world\r\n000\r\nTrailer: x\r\nOther: y\r\n\r\n", 200, "hello world", true },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\n!", 500, "!", true },
        { "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 1\r\n\r\nx", 200, "x", true },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void An_answer_is_the_same_however_it_is_cut(string text, int status, string body, bool keeps)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var head = text[..text.LastIndexOf("HTTP/1.", StringComparison.Ordinal)].Length;
        var reader = new AnswerReader();
        for (var first = 0; first <= bytes.Length; first++)
            for (var second = first; second <= bytes.Length; second += 3) Check([first, second]);
        Check([.. Enumerable.Range(1, bytes.Length)]);

        void Check(int[] cuts)
        {
            reader.Begin(head: false, keepBody: true);
            Assert.Equal(Reading.Done, Feed(reader, [.. bytes, .. "HTTP"u8], cuts, out var used));
            Assert.Equal(bytes.Length, used);
            Assert.Equal((status, body, keeps), (reader.Status, Encoding.Latin1.GetString(reader.Body.Span), reader.Keeps));
            var fields = Encoding.Latin1.GetString(reader.Head.Span);
            var began = text.IndexOf('\n', head) + 1;
            Assert.Equal(text.Substring(began, fields.Length), fields);
            Assert.True(text[(began + fields.Length)..].StartsWith('\r') || text[(began + fields.Length)..].StartsWith('\n'));
        }
    }

    [Fact]
    public void An_answer_to_HEAD_has_no_body_whatever_its_length_says()
    {
        var reader = new AnswerReader();
        reader.Begin(head: true, keepBody: true);

        Assert.Equal(Reading.Done, reader.Read("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"u8, out _));
    }

    [Fact]
    public void Without_a_length_the_answer_ends_with_the_connection_and_not_before()
    {
        var reader = new AnswerReader();
        reader.Begin(head: false, keepBody: true);

        Assert.Equal(Reading.More, reader.Read("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nabc"u8, out _));
        Assert.Equal(Reading.More, reader.Read("def"u8, out _));
        Assert.True(reader.End());
        Assert.Equal("abcdef"u8, reader.Body.Span);
        Assert.False(reader.Keeps);

        foreach (var broken in (string[])["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"])
        {
            reader.Begin(head: false, keepBody: true);
            Assert.Equal(Reading.More, reader.Read(Encoding.Latin1.GetBytes(broken), out _));
            Assert.False(reader.End());
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n", "begin with HTTP/1.")]
    [InlineData("S", "begin with HTTP/1.")]
    [InlineData("HTTP/2.0 200 OK\r\n", "begin with HTTP/1.")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1 000 OK\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n", "status line")]
    [InlineData("HTTP/1.1 101 Switching\r\n\r\n", "another protocol")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "no name")]
    [InlineData("HTTP/1.1 200 OK\r\n: empty\r\n\r\n", "no name")]
    [InlineData("HTTP/1.1 200 OK\r\nName : x\r\n\r\n", "no name")]
    [InlineData("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "blank")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n\r\n", "blank")]
    [InlineData("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", "NUL")]
    [InlineData("HTTP/1.1 200 OK\r\nA: a\rB: b\r\n\r\n", "lone CR")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", "no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n", "no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n", "differ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "differ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "both")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "Transfer-Encoding")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "hexadecimal")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "hexadecimal")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na", "hexadecimal")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "larger than can be")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "where its size says")]
    public void What_is_no_answer_is_garbage_for_a_reason(string text, string because)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var reader = new AnswerReader();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            reader.Begin(head: false, keepBody: false);
            Assert.Equal(Reading.Garbage, Feed(reader, bytes, [cut], out _));
            Assert.Contains(because, reader.Wrong, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_head_is_bounded_however_it_comes()
    {
        var reader = new AnswerReader();
        var line = "HTTP/1.1 200 OK\r\nX: "u8.ToArray();
        foreach (var piece in (int[])[7, 1000, AnswerReader.MostOfHead + 1])
        {
            reader.Begin(head: false, keepBody: false);
            var fed = Feed(reader, [.. line, .. new byte[AnswerReader.MostOfHead].Select(_ => (byte)'a')], [.. Enumerable.Range(1, AnswerReader.MostOfHead / piece).Select(i => i * piece)], out _);
            Assert.Equal((Reading.Garbage, "its header is larger than 65536 bytes"), (fed, reader.Wrong));
        }

        reader.Begin(head: false, keepBody: false);
        var hints = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 4000)));
        Assert.Equal(Reading.Garbage, reader.Read(hints, out _));
    }

    [Fact]
    public void A_body_that_is_read_is_bounded_and_one_that_is_not_is_counted_only()
    {
        var head = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {AnswerReader.MostOfBody + 1}\r\n\r\n");
        var piece = new byte[1024 * 1024];
        var reader = new AnswerReader();

        reader.Begin(head: false, keepBody: true);
        Assert.Equal(Reading.TooLarge, reader.Read(head, out _));

        reader.Begin(head: false, keepBody: false);
        Assert.Equal(Reading.More, reader.Read(head, out _));
        for (var i = 0; i < 8; i++) Assert.Equal(Reading.More, reader.Read(piece, out _));
        Assert.Equal(Reading.Done, reader.Read("xyz"u8, out var used));
        Assert.Equal(1, used);
        Assert.True(reader.Body.IsEmpty);

        reader.Begin(head: false, keepBody: true);
        reader.Read("HTTP/1.1 200 OK\r\n\r\n"u8, out _);
        for (var i = 0; i < 8; i++) Assert.Equal(Reading.More, reader.Read(piece, out _));
        Assert.Equal(Reading.TooLarge, reader.Read("x"u8, out _));
    }

    [Fact]
    public void Damaged_answers_are_read_to_the_same_end_whole_and_in_pieces()
    {
        byte[][] whole = [.. Whole().Select(row => Encoding.Latin1.GetBytes(row.Data.Item1))];
        var random = new Random(7);
        Fuzz.Damage(whole, bytes =>
        {
            var (one, many) = (new AnswerReader(), new AnswerReader());
            one.Begin(head: false, keepBody: true);
            many.Begin(head: false, keepBody: true);
            var atOnce = Feed(one, bytes, [], out var used);
            int[] cuts = [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(bytes.Length + 1)).Order()];
            var inPieces = Feed(many, bytes, cuts, out var usedInPieces);
            Assert.Equal(atOnce, inPieces);
            if (atOnce == Reading.Garbage) return;
            Assert.Equal(used, usedInPieces);
            if (atOnce != Reading.Done) return;
            Assert.Equal(one.Status, many.Status);
            Assert.True(one.Body.Span.SequenceEqual(many.Body.Span) && one.Head.Span.SequenceEqual(many.Head.Span));
        });
    }

    /// <summary>Feeds the bytes cut at these places, until the answer is at an end.</summary>
    static Reading Feed(AnswerReader reader, byte[] bytes, int[] cuts, out int used)
    {
        used = 0;
        var from = 0;
        var reading = Reading.More;
        foreach (var to in (int[])[.. cuts.Where(cut => cut < bytes.Length), bytes.Length])
        {
            reading = reader.Read(bytes.AsSpan(from, to - from), out var read);
            used += read;
            if (reading != Reading.More) return reading;
            Assert.Equal(to - from, read);
            from = to;
        }

        return reading;
    }
}
