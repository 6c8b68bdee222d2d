namespace Muster.House.Tests;

public class OutboundTests
{
    [Fact]
    public void No_socket_is_opened_past_the_guard()
    {
        Wall.Holds(Repository.Sources("src/").SelectMany(Outbound.Broken));
    }

    [Theory]
    [InlineData("using var socket = new Socket(family, type, protocol);")]
    [InlineData("using var client = new TcpClient();")]
    [InlineData("UdpClient client = new(0);")]
    [InlineData("var found = await Dns.GetHostAddressesAsync(name, cancel);")]
    [InlineData("var client = new HttpClient();")]
    [InlineData("HttpClient client = new();")]
    [InlineData("var client = new HttpClient { Timeout = limit };")]
    [InlineData("var client = new HttpClient(new HttpClientHandler());")]
    [InlineData("var client = new HttpClient(new SocketsHttpHandler());")]
    [InlineData("var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = null });")]
    [InlineData("var echo = new Ping();")]
    public void Each_way_to_the_network_is_seen(string code)
    {
        Assert.NotEmpty(Outbound.Broken(new("src/Muster.Probes/Http/HttpProbe.cs", code)));
    }

    [Theory]
    [InlineData("src/Muster.Probes/Http/HttpProbe.cs", "var client = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = Dialled });")]
    [InlineData("src/Muster.Probes/Http/HttpProbe.cs", "catch (SocketException broken) when (broken.SocketErrorCode == SocketError.HostNotFound)")]
    [InlineData("src/Muster.Probes/Http/HttpProbe.cs", "// a Socket of our own, Dns.GetHostEntry")]
    [InlineData("src/Muster.Probes/Outbound/Dial.cs", "using var socket = new Socket(family, type, protocol);")]
    [InlineData("src/Muster.Probes/Loopback/Server.cs", "using var socket = new Socket(family, type, protocol); socket.Bind(end); socket.Listen();")]
    public void What_goes_through_the_guard_is_left_alone(string path, string code)
    {
        Assert.Empty(Outbound.Broken(new(path, code)));
    }

    [Fact]
    public void A_fixture_may_listen_but_not_connect()
    {
        Assert.NotEmpty(Outbound.Broken(new("src/Muster.Probes/Loopback/Server.cs", "await socket.ConnectAsync(end, cancel);")));
    }
}
