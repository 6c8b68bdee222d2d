namespace Muster.Probes.Tests.Tls;

public class HelloAnswerTests
{
    static readonly byte[] Modern = RawServer.ServerHello(0x0303, 0, 43, 0, 2, 3, 4);
    static readonly byte[] Old = RawServer.ServerHello(0x0301);

    [Fact]
    public void A_server_hello_names_its_version()
    {
        Assert.Equal(new HelloAnswer.Chose(0x0301), HelloAnswer.Read(Old));
        Assert.Equal(new HelloAnswer.Chose(0x0304), HelloAnswer.Read(Modern));
    }

    [Fact]
    public void Every_beginning_of_an_answer_needs_more()
    {
        for (var i = 0; i < Modern.Length; i++) Assert.Equal(HelloAnswer.NeedsMore, HelloAnswer.Read(Modern.AsSpan(0, i)));
    }

    [Fact]
    public void A_hello_that_is_spread_over_records_is_read()
    {
        var handshake = Modern[5..];
        byte[] spread = [.. handshake.SelectMany(one => (byte[])[22, 3, 3, 0, 1, one])];

        Assert.Equal(new HelloAnswer.Chose(0x0304), HelloAnswer.Read(spread));
    }

    [Fact]
    public void A_warning_is_passed_over_and_a_fatal_alert_is_not()
    {
        Assert.Equal(new HelloAnswer.Chose(0x0301), HelloAnswer.Read([21, 3, 1, 0, 2, 1, 112, .. Old]));
        Assert.Equal(new HelloAnswer.Alert(70), HelloAnswer.Read([21, 3, 1, 0, 2, 2, 70]));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("SSH-2.0-shop\r\n")]
    public void What_is_not_tls_is_said_so(string text) => Assert.IsType<HelloAnswer.Nonsense>(HelloAnswer.Read(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Damaged_answers_are_read_without_an_exception() => Fuzz.Damage([Modern, Old, [21, 3, 1, 0, 2, 2, 40], [21, 3, 1, 0, 2, 1, 0, .. Modern]], bytes => Assert.NotNull(HelloAnswer.Read(bytes)));
}
