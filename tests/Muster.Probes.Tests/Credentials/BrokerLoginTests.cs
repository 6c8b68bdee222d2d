using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Credentials;

/// <summary>Default logins at a real RabbitMQ, by AMQP and by its management interface, and at real NATS servers.</summary>
public sealed class BrokerLoginTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guest_is_found_by_both_protocols_and_gone_once_it_is_deleted()
    {
        await using var broker = await RabbitServer.Start(Cancel);
        await broker.Control(Cancel, "await_startup");
        await broker.Control(Cancel, "add_user", "guest", "guest");
        await broker.Control(Cancel, "add_user", "shop", "shop");
        await broker.Control(Cancel, "add_user", "owner", "owner-password-1");
        Value.Fields Amqp() => Value.Of(("amqp", broker.Address), ("user", "owner"), ("password", "owner-password-1"));
        var management = broker.Management;
        Task<Sight> Amqped() => DefaultLogins.Look(Amqp(), ("try", Value.Texts(["shop:shop"])));
        Task<Sight> Managed() => DefaultLogins.Look(management, ("protocol", "rabbitmq_management"), ("try", Value.Texts(["shop:shop"])));

        var (amqp, managed) = (await Amqped(), await Managed());
        await broker.Control(Cancel, "delete_user", "guest");
        await broker.Control(Cancel, "change_password", "shop", "another-password-1");
        var (amqpWell, managedWell) = (await Amqped(), await Managed());

        Assert.Equal(Value.Texts(["shop", "guest"]), amqp.Observation!["accepted_users"]);
        Assert.Equal(Value.True, amqp.Observation["own_login"]);
        // The user shop is no administrator of the broker, and its password is right all the same.
        Assert.Equal(Value.Texts(["shop", "guest"]), managed.Observation!["accepted_users"]);
        Assert.Equal((7, (Value)7, (Value)0, Value.True), (amqpWell.Population, amqpWell.Observation!["refused"], amqpWell.Observation["accepted"], amqpWell.Observation["own_login"]));
        Assert.Equal((7, (Value)7, (Value)0), (managedWell.Population, managedWell.Observation!["refused"], managedWell.Observation["accepted"]));
    }

    [Fact]
    public async Task At_NATS_known_users_and_tokens_and_the_lack_of_any_are_found()
    {
        using var folder = new ServerFolder();
        async Task<Value.Fields> Look(string authorization, params (string, Value)[] more)
        {
            var port = Ports.Free();
            await using var server = await ServerProcess.Start(folder, "nats-server", ["-c", folder.Write("nats.conf", FormattableString.Invariant($"listen: 127.0.0.1:{port}\n") + authorization)], () => Ports.IsOpen(port), Cancel);
            var sight = await DefaultLogins.Look(FormattableString.Invariant($"nats://127.0.0.1:{port}"), more);
            Assert.True(sight.Observation is not null, sight.Detail);
            Assert.Equal(sight.Before, sight.After);
            return sight.Observation!;
        }

        var strict = await Look("authorization { users: [ { user: shop, password: a-long-password-1 } ] }", ("user", "shop"), ("password", "a-long-password-1"));
        var known = await Look("authorization { users: [ { user: nats, password: nats }, { user: shop, password: a-long-password-1 } ] }");
        var token = await Look("authorization { token: s3cr3t }");
        var none = await Look("");
        var fallback = await Look("no_auth_user: shop\nauthorization { users: [ { user: shop, password: a-long-password-1 } ] }");

        Assert.Equal(((Value)6, (Value)0, Value.False, Value.True), (strict["refused"], strict["accepted"], strict["open_to_anybody"], strict["own_login"]));
        Assert.Equal(Value.Texts(["nats"]), known["accepted_users"]);
        Assert.Equal(Value.Texts(["no name"]), token["accepted_users"]);
        Assert.Equal((Value.True, Value.Texts(["nobody"])), (none["open_to_anybody"], none["accepted_users"]));
        Assert.Equal(Value.True, fallback["open_to_anybody"]);
    }

    [Fact]
    public async Task At_NATS_over_TLS_the_certificate_is_verified_before_anything_is_said()
    {
        using var folder = new ServerFolder();
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        var port = Ports.Free();
        var (certificate, key) = (folder.Write("leaf.pem", leaf.ExportCertificatePem()), folder.Write("leaf.key", System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(leaf)!.ExportPkcs8PrivateKeyPem()));
        var text = FormattableString.Invariant($"listen: 127.0.0.1:{port}\ntls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}\nauthorization {{ users: [ {{ user: admin, password: admin }} ] }}");
        await using var server = await ServerProcess.Start(folder, "nats-server", ["-c", folder.Write("nats.conf", text)], () => Ports.IsOpen(port), Cancel);
        var address = FormattableString.Invariant($"nats://127.0.0.1:{port}");

        var trusted = await DefaultLogins.Look(address, ("trust", folder.Write("root.pem", authority.PemOfRoot)));
        var strange = await DefaultLogins.Look(address);

        Assert.Equal(Value.Texts(["admin"]), trusted.Observation!["accepted_users"]);
        Probing.Blind(strange, Blind.Unreachable, "no TLS connection");
    }
}
