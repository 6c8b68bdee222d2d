using Muster.Readiness;
using Muster.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Muster.Probes.Tests.Brokers;

public class BrokerMessagesTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_goes_through_JetStream_and_leaves_nothing_behind()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);

        var seen = (await Probing.Look("broker.canary", ("target", server.Address))).Observation!;
        var left = (await Probing.Look("broker.health", ("target", server.Address))).Observation!;

        Assert.Equal((true, true, true, true), (seen.Truth("confirmed"), seen.Truth("delivered"), seen.Truth("acknowledged"), seen.Truth("cleaned")));
        Assert.Equal((Value)"", seen["reason"]);
        Assert.Equal(Value.True, seen["complete"]);
        Assert.InRange(seen.Number("round_trip")!.Value, 0.00001, 4);
        Assert.Equal(Value.Items.Empty, left["streams"]);
    }

    [Fact]
    public async Task A_message_goes_through_a_stream_that_is_there_and_takes_no_other_message_for_its_own()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);
        await using var client = new NatsConnection(new NatsOpts { Url = server.Address });
        var jetStream = new NatsJSContext(client);
        await jetStream.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        await jetStream.PublishAsync("orders.canary", "an older one", cancellationToken: Cancel);

        var seen = (await Probing.Look("broker.canary", ("target", server.Address), ("subject", "orders.canary"))).Observation!;
        var nowhere = (await Probing.Look("broker.canary", ("target", server.Address), ("subject", "bills.canary"))).Observation!;

        Assert.Equal((true, true, true), (seen.Truth("delivered"), seen.Truth("acknowledged"), seen.Truth("cleaned")));
        Assert.Equal((false, "no stream takes the subject"), (nowhere.Truth("delivered"), nowhere.Text("reason")));
    }

    [Fact]
    public async Task Without_JetStream_a_message_is_not_stored_and_is_passed_on_all_the_same()
    {
        await using var server = await NatsServer.Start([], Cancel);

        var stored = (await Probing.Look("broker.canary", ("target", server.Address))).Observation!;
        var passed = (await Probing.Look("broker.canary", ("target", server.Address), ("jetstream", false))).Observation!;

        Assert.Equal((false, "JetStream is off"), (stored.Truth("delivered"), stored.Text("reason")));
        Assert.Equal((true, (bool?)null), (passed.Truth("delivered"), passed.Truth("acknowledged")));
    }

    [Fact]
    public async Task A_server_that_hangs_is_unproven_by_the_deadline()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);
        server.Signal("STOP");

        var run = await Probing.Run(Probing.Options, Probing.Ask(new Asked("", "broker.canary", Value.Of(("target", server.Address))) { Deadline = TimeSpan.FromSeconds(1) }));
        server.Signal("CONT");

        Probing.Blind(run.Sights[0], Blind.Deadline, "1 s");
    }

    [Fact]
    public async Task A_request_shows_what_is_answered_with_its_headers_and_that_nobody_listens()
    {
        await using var server = await NatsServer.Start([], Cancel);
        await using var client = new NatsConnection(new NatsOpts { Url = server.Address });
        await using var listening = await client.SubscribeCoreAsync<string>("store.read", cancellationToken: Cancel);
        await client.PingAsync(Cancel);
        var serving = Task.Run(async () =>
        {
            var asked = await listening.Msgs.ReadAsync(Cancel);
            await asked.ReplyAsync($$"""{ "tenant": "{{asked.Headers!["Tenant"]}}", "asked": {{asked.Data}} }""", new NatsHeaders { ["Served-By"] = "store" }, cancellationToken: Cancel);
        }, Cancel);

        var answered = (await Probing.Look("broker.request", ("target", server.Address), ("subject", "store.read"), ("headers", Value.Of(("Tenant", "north"))), ("json", Value.Of(("id", 7))), ("read", "/asked/id"))).Observation!;
        await serving;
        var nobody = (await Probing.Look("broker.request", ("target", server.Address), ("subject", "store.write"))).Observation!;

        Assert.Equal((true, "north", "store"), (answered.Truth("answered"), answered.Text("json", "tenant"), answered.Text("headers", "Served-By")));
        Assert.Equal((Value)7, answered["value"]);
        Assert.Equal((false, true), (nobody.Truth("answered"), nobody.Truth("no_responders")));
    }

    [Fact]
    public async Task A_subject_that_the_user_may_not_use_is_refused_in_the_servers_words()
    {
        await using var server = await NatsServer.Start(["authorization: { users: [ { user: \"reader\", password: \"reader-password-1\", permissions: { publish: [ \"store.read\" ], subscribe: [ \"_INBOX.>\" ] } } ] }"], Cancel);

        var seen = (await Probing.Look("broker.request", ("target", Value.Of(("nats", server.Address), ("user", "reader"), ("password", "reader-password-1"))), ("subject", "store.write"))).Observation!;

        Assert.Equal(Value.False, seen["answered"]);
        Assert.Contains("Permissions Violation", seen.Text("refused"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_server_that_was_exchanged_meanwhile_is_noticed()
    {
        await using var one = FakeNats.Start(answers: "store.read");
        await using var others = FakeNats.Start(answers: "store.read", exchanged: true);
        await using var members = FakeNats.Start(answers: "store.read", exchanged: true, cluster: "shop");
        Task<Sight> Canary(FakeNats server) => Probing.Look("broker.canary", ("target", server.Address), ("jetstream", false));
        Task<Sight> Request(FakeNats server) => Probing.Look("broker.request", ("target", server.Address), ("subject", "store.read"));

        foreach (var look in (Func<FakeNats, Task<Sight>>[])[Canary, Request])
        {
            var (same, another, member) = (await look(one), await look(others), await look(members));
            Assert.True(member.Before is not null && member.Before.Equals(member.After), member.Detail);
            Assert.True(same.Before is not null && same.Before.Equals(same.After), same.Detail);
            Assert.True(another.Before is not null && !another.Before.Equals(another.After), another.Detail);
        }
    }

    [Theory]
    [InlineData("store read")]
    [InlineData("store.*")]
    [InlineData("store\r\nPUB x 0")]
    public async Task A_subject_that_is_none_is_named(string subject)
    {
        await using var server = FakeNats.Start();

        Probing.Blind(await Probing.Look("broker.request", ("target", server.Address), ("subject", subject)), Blind.BadQuestion, "\"subject\"");
    }

    [Fact]
    public void Damaged_answers_are_read_or_refused_and_never_break_the_reader()
    {
        byte[][] whole =
        [
            "INFO {\"server_id\":\"A\",\"version\":\"2.9.10\"}\r\nPONG\r\n"u8.ToArray(), "MSG orders.new 1 5\r\nhello\r\nMSG orders.new 1 _INBOX.1 0\r\n\r\n"u8.ToArray(),
            "HMSG _INBOX.1 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n-ERR 'Permissions Violation'\r\n"u8.ToArray(), "HMSG _INBOX.1 1 24 29\r\nNATS/1.0\r\nTenant: a\r\n\r\nhello\r\n"u8.ToArray(),
        ];
        Fuzz.Damage(whole, bytes =>
        {
            var rest = bytes.AsMemory();
            var reader = new NatsReader((into, _) =>
            {
                var got = Math.Min(into.Length, rest.Length);
                rest[..got].CopyTo(into);
                rest = rest[got..];
                return Task.FromResult(got);
            });
            try
            {
                while (true) reader.Read(CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (Unseen) { return; } // The end, or what is no such thing.
        });
    }
}
