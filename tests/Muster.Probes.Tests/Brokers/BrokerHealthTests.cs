using Muster.Readiness;
using Muster.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Muster.Probes.Tests.Brokers;

public class BrokerHealthTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task Promise(NatsServer server)
    {
        await using var client = new NatsConnection(new NatsOpts { Url = server.Address });
        var jetStream = new NatsJSContext(client);
        await jetStream.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]) { Retention = StreamConfigRetention.Limits, MaxAge = TimeSpan.FromDays(7) }, Cancel);
        await jetStream.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(30) }, Cancel);
        for (var i = 0; i < 3; i++) await jetStream.PublishAsync("orders.new", "order", cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_promised_stream_is_seen_as_it_is_by_client_and_by_monitoring_page()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);
        await Promise(server);

        foreach (var sight in (Sight[])
        [
            await Probing.Look("broker.health", ("target", server.Address), ("streams", Value.Texts(["ORDERS"]))),
            await Probing.Look("broker.health", ("target", server.Monitor), ("broker", "nats"), ("streams", Value.Texts(["ORDERS"]))),
        ])
        {
            var seen = sight.Observation!;
            Assert.Equal(Value.True, seen["ready"]);
            Assert.Equal(Value.True, seen["jetstream"]);
            Assert.Equal(Value.Items.Empty, seen["missing"]);
            Assert.Equal((Value)3, seen["pending"]);
            var stream = seen.Items("streams").Single();
            Assert.Equal(("ORDERS", "limits", 1d, 1d, 7 * 86400d), (stream.Text("name"), stream.Text("retention"), stream.Number("replicas"), stream.Number("replicas_current"), stream.Number("max_age")));
            var consumer = seen.Items("consumers").Single();
            Assert.Equal(("ORDERS/worker", true, "explicit", 30d), (consumer.Text("name"), consumer.Truth("pull"), consumer.Text("ack"), consumer.Number("ack_wait")));
            Assert.Equal(3, sight.Population);
            Assert.Equal(sight.Before, sight.After);
        }
    }

    [Fact]
    public async Task What_a_canary_makes_for_a_moment_is_no_part_of_the_broker()
    {
        // Found by the data plane: a canary's stream that was listed and gone before its consumers were asked made the whole look unproven.
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);
        await Promise(server);
        await using var client = new NatsConnection(new NatsOpts { Url = server.Address });
        await new NatsJSContext(client).CreateStreamAsync(new StreamConfig("MUSTER_CANARY_1", ["muster.canary.1"]), Cancel);

        foreach (var (target, more) in ((string, string)[])[(server.Address, ""), (server.Monitor, "nats")])
        {
            var seen = (await Probing.Look("broker.health", [("target", target), .. more.Length > 0 ? [("broker", more)] : ((string, Value)[])[]])).Observation!;
            Assert.Equal(["ORDERS"], seen.Items("streams").Select(one => one.Text("name")));
            Assert.Equal(Value.True, seen["ready"]);
        }
    }

    [Fact]
    public async Task A_server_without_JetStream_is_not_ready_though_its_health_page_says_200()
    {
        await using var server = await NatsServer.Start([], Cancel);

        foreach (var sight in (Sight[])
        [
            await Probing.Look("broker.health", ("target", Value.Of(("nats", server.Address), ("monitor", server.Monitor)))),
            await Probing.Look("broker.health", ("target", server.Monitor), ("broker", "nats")),
        ])
        {
            Assert.Equal(Value.False, sight.Observation!["ready"]);
            Assert.Equal((Value)200, sight.Observation["health_status"]);
            Assert.Equal(Value.Texts(["JetStream is off"]), sight.Observation["problems"]);
        }

        Assert.Equal(Value.True, (await Probing.Look("broker.health", ("target", server.Address), ("jetstream", false))).Observation!["ready"]);
    }

    [Fact]
    public async Task What_is_promised_and_not_there_is_missing()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);
        await Promise(server);

        var seen = (await Probing.Look("broker.health", ("target", server.Address), ("streams", Value.Texts(["ORDERS", "BILLS"])), ("consumers", Value.Texts(["ORDERS/worker", "ORDERS/other"])))).Observation!;
        var page = (await Probing.Look("broker.health", ("target", server.Monitor), ("broker", "nats"), ("streams", Value.Texts(["BILLS"])))).Observation!;

        Assert.Equal(Value.Texts(["BILLS", "ORDERS/other"]), seen["missing"]);
        Assert.Equal(Value.Texts(["BILLS"]), page["missing"]);
    }

    [Fact]
    public async Task A_wrong_password_is_not_admitted_and_shown_nowhere()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream, NatsServer.User("relay", "relay-password-1")], Cancel);

        var wrong = await Probing.Look("broker.health", ("target", $"{server.Address.Replace("//", "//relay:not-the-password@", StringComparison.Ordinal)}"));
        var right = await Probing.Look("broker.health", ("target", Value.Of(("nats", server.Address), ("user", "relay"), ("password", "relay-password-1"))));

        Probing.Blind(wrong, Blind.NotAdmitted, "does not admit relay");
        Assert.DoesNotContain("not-the-password", wrong.ToString(), StringComparison.Ordinal);
        Assert.Equal(Value.True, right.Observation!["ready"]);
        Assert.Equal(Value.True, right.Observation["auth_required"]);
        Assert.DoesNotContain("relay-password-1", right.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_over_TLS_is_believed_only_by_the_roots_that_are_named()
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        await using var server = await NatsServer.Start([NatsServer.JetStream, "tls: { cert_file: \"cert.pem\", key_file: \"key.pem\" }"],
            [("cert.pem", leaf.ExportCertificatePem()), ("key.pem", System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(leaf)!.ExportPkcs8PrivateKeyPem())], Cancel);
        var trust = Path.GetTempFileName();
        await File.WriteAllTextAsync(trust, authority.PemOfRoot, Cancel);

        var right = await Probing.Look("broker.health", ("target", server.Address), ("trust", trust));
        var unknown = await Probing.Look("broker.health", ("target", server.Address));
        File.Delete(trust);

        Assert.Equal(Value.True, right.Observation!["ready"]);
        Assert.Equal(Value.True, right.Observation["tls_required"]);
        Assert.Equal(Blind.Unreachable, unknown.Blind);
    }

    [Fact]
    public async Task RabbitMQ_is_seen_well_and_with_an_alarm_and_without_a_promised_queue()
    {
        await using var server = await RabbitServer.Start(Cancel);
        var target = Value.Of(("amqp", server.Address), ("management", server.Management), ("user", RabbitServer.User), ("password", RabbitServer.Password));
        var factory = new RabbitMQ.Client.ConnectionFactory { HostName = "127.0.0.1", Port = server.Port, UserName = RabbitServer.User, Password = RabbitServer.Password };
        await using var connection = await factory.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        await channel.QueueDeclareAsync("orders", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Cancel);

        await Until(target, alarm: false);
        var well = await Probing.Look("broker.health", ("target", target), ("queues", Value.Texts(["orders", "bills"])));
        await server.MemoryAlarm(true, Cancel);
        var sick = await Until(target, alarm: true);
        var blocked = await Probing.Look("broker.canary", ("target", target));
        await server.MemoryAlarm(false, Cancel);
        var again = await Until(target, alarm: false);
        var canary = await Probing.Look("broker.canary", ("target", target), ("type", "quorum"));
        var wrong = await Probing.Look("broker.canary", ("target", target.With("password", "not-the-password")));
        await server.Stop();
        var down = await Probing.Look("broker.health", ("target", target));

        foreach (var sight in (Sight[])[well, blocked, canary]) Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal(Value.Texts(["bills"]), well.Observation!["missing"]);
        var queue = well.Observation.Items("queues").Single();
        Assert.Equal(("orders", "quorum", true, 1d, 1d), (queue.Text("name"), queue.Text("type"), queue.Truth("durable"), queue.Number("members"), queue.Number("members_online")));
        Assert.Equal(Value.False, sick["ready"]);
        Assert.StartsWith("memory on", ((Value.Text)sick.Items("alarms").Single()).Is, StringComparison.Ordinal);
        Assert.Equal(Value.False, blocked.Observation!["delivered"]);
        Assert.Equal(Value.False, blocked.Observation["confirmed"]);
        Assert.Equal(Value.True, again["ready"]);
        Assert.Equal((true, true, true, ""), (canary.Observation.Truth("delivered"), canary.Observation.Truth("acknowledged"), canary.Observation.Truth("cleaned"), canary.Observation.Text("reason") ?? ""));
        Assert.Equal(Blind.NotAdmitted, wrong.Blind);
        Assert.DoesNotContain("not-the-password", wrong.ToString(), StringComparison.Ordinal);
        Assert.Equal(Blind.Unreachable, down.Blind);
    }

    static async Task<Value.Fields> Until(Value target, bool alarm)
    {
        Value.Fields? seen = null;
        await ServerProcess.Until(() => (seen = Probing.Look("broker.health", ("target", target)).GetAwaiter().GetResult().Observation) is not null && seen.Items("alarms").IsEmpty != alarm, "the alarm is not as it should be", TimeSpan.FromSeconds(20), Cancel);
        return seen!;
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "\"broker\"")]
    [InlineData("amqp://127.0.0.1:1", "\"management\"")]
    [InlineData("redis://127.0.0.1:1", "\"target\"")]
    public async Task A_target_that_cannot_be_asked_is_named(string target, string says) => Probing.Blind(await Probing.Look("broker.health", ("target", target)), Blind.BadQuestion, says);
}
