using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Revoking;

/// <summary>Two replicas of a service that hold each request against a list of revoked tokens in a real Redis.</summary>
public sealed class TokenRevocationTests : IAsyncLifetime
{
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-revoking-");
    RedisServer _list = null!;
    AdminService _first = null!, _second = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _list = await RedisServer.Start([$"pidfile {Path.Combine(_folder.FullName, "list.pid")}", "save \"\""], Cancel);
        (_first, _second) = (AdminService.Start(_key, _list.Port), AdminService.Start(_key, _list.Port));
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _list.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    Task<Sight> Look(string token, string control, params (string, Value)[] more)
    {
        var options = Probing.Options with { Folder = _folder.FullName, Consent = _ => [Hazard.Active, Hazard.Destructive] };
        var question = Value.Of(("target", Value.Of(("address", _first.Address), ("token", token), ("control_token", control))), ("admin", Value.Of(("address", _first.Address), ("token", AdminService.Root))),
            ("request", "POST /admin/revoked"), ("paths", Value.Texts(["/admin/items"])), ("replicas", Value.Texts([_second.Address])), ("wait", 2), ("settle", 0.3));
        foreach (var (name, value) in more) question = question.With(name, value);
        return Probing.Look(options, "token.revocation", [.. question.Select(field => (field.Key, field.Value))]);
    }

    Task<Sight> Look(params (string, Value)[] more) => Look(_first.Token("mia", TimeSpan.FromHours(1)), _first.Token("kai", TimeSpan.FromHours(1)), more);

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException(sight.Detail);

    static readonly (string, Value) Sockets = ("sockets", Value.Texts(["/admin/live"]));

    [Fact]
    public async Task A_token_that_every_replica_and_socket_refuses_after_its_revocation_is_seen_so_with_the_time_it_took()
    {
        var token = _first.Token("mia", TimeSpan.FromHours(1));

        var sight = await Look(token, _first.Token("kai", TimeSpan.FromHours(1)), Sockets);

        var seen = Seen(sight);
        Assert.True(Value.True.Equals(seen["complete"]), seen.ToString());
        Assert.Equal(4, sight.Population);
        Assert.InRange(seen.Number("time_to_reject")!.Value, 0, 1.5);
        Assert.InRange(seen.Number("time_to_end")!.Value, 0, 1.9);
        Assert.InRange(seen.Number("expires_in")!.Value, 3000, 3601);
        Assert.Equal((Value.True, (Value)0), (seen["control_accepted"], seen["control_refusals"]));
        Assert.Equal(sight.Before, sight.After);
        Assert.DoesNotContain(token, seen + sight.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_issued_for_the_look_is_as_good()
    {
        var sight = await Look("", "", ("target", Value.Of(("address", _first.Address))), ("issue", "POST /admin/tokens"));

        Assert.True(Value.True.Equals(Seen(sight)["complete"]), sight.Observation!.ToString());
    }

    [Fact]
    public async Task A_replica_that_verifies_tokens_by_their_signature_alone_never_refuses_one()
    {
        _second.Has("offline");

        var seen = Seen(await Look());

        Assert.Equal((Value.False, Value.False, Value.True), (seen["complete"], seen["rejected"], seen["control_accepted"]));
        Assert.Equal(Value.Texts([$"127.0.0.1:{_second.Port} GET /admin/items"]), seen["still_accepted"]);
        Assert.InRange(seen.Number("last_accepted")!.Value, 1.5, 3);
        Assert.Null(seen["time_to_reject"]);
    }

    [Fact]
    public async Task A_socket_that_lives_on_after_the_revocation_is_seen()
    {
        _first.Has("sockets");

        var seen = Seen(await Look(Sockets));

        Assert.Equal((Value.False, Value.True, Value.False), (seen["complete"], seen["rejected"], seen["sockets_ended"]));
    }

    [Fact]
    public async Task Where_everybody_is_refused_nothing_is_complete()
    {
        _first.Has("everybody");

        var seen = Seen(await Look());

        Assert.Equal((Value.False, Value.True, Value.False), (seen["complete"], seen["rejected"], seen["control_accepted"]));
        Assert.True(seen.Number("control_refusals") > 1);
    }

    [Fact]
    public async Task A_token_that_never_worked_proves_nothing_by_being_refused()
    {
        await using var stranger = AdminService.Start(RandomNumberGenerator.GetBytes(32), _list.Port);

        Probing.Blind(await Look(stranger.Token("mia", TimeSpan.FromHours(1)), _first.Token("kai", TimeSpan.FromHours(1))), Blind.NotAdmitted, "before anything was revoked");
        Probing.Blind(await Look(_first.Token("mia", TimeSpan.FromHours(1)), stranger.Token("kai", TimeSpan.FromHours(1))), Blind.NotAdmitted, "the control token");
    }

    [Fact]
    public async Task A_token_whose_own_end_is_near_proves_nothing_by_being_refused() =>
        Probing.Blind(await Look(_first.Token("mia", TimeSpan.FromSeconds(15)), _first.Token("kai", TimeSpan.FromHours(1))), Blind.NotCapable, "ends by itself");

    [Fact]
    public async Task A_revocation_that_does_nothing_and_one_that_is_not_allowed_are_told_apart()
    {
        Probing.Blind(await Look(("admin", Value.Of(("address", _first.Address), ("token", "somebody-elses-token")))), Blind.Unreadable, "nothing was revoked");
        _first.Has("silent");
        Assert.Equal(Value.False, Seen(await Look())["rejected"]);
    }

    /// <summary>The trap: a load balancer's address is answered by a replica that has heard of it once, and then by one that has not; beside a slow place the first answer stands for all of them.</summary>
    [Fact]
    public async Task A_place_that_refused_once_while_another_was_slow_to_answer_did_not_refuse_for_good()
    {
        var revoked = 0;
        var refusals = 0;
        await using var slow = LoopbackSite.Start();
        await using var lagging = LoopbackSite.Start();
        slow.Route("/", request => new(Volatile.Read(ref revoked) == 1 && IsFirst(request) ? 401 : 200) { After = Volatile.Read(ref revoked) == 1 ? TimeSpan.FromMilliseconds(700) : TimeSpan.Zero })
            .Route("/revoke", _ => new(200 + 0 * Interlocked.Exchange(ref revoked, 1)));
        lagging.Route("/", request => new(Volatile.Read(ref revoked) == 1 && IsFirst(request) && Interlocked.Increment(ref refusals) == 1 ? 401 : 200));

        var seen = Seen(await Probing.Look("token.revocation", ("target", Value.Of(("address", slow.Address.AbsoluteUri), ("token", "the-first-token"), ("control_token", "the-other-token"))), ("admin", slow.Address.AbsoluteUri), ("request", "POST /revoke"),
            ("replicas", Value.Texts([lagging.Address.AbsoluteUri])), ("wait", 3), ("settle", 0.4)));

        Assert.Equal((Value.False, Value.False), (seen["complete"], seen["rejected"]));
        Assert.Equal(Value.Texts([$"127.0.0.1:{lagging.Port} GET /"]), seen["still_accepted"]);

        static bool IsFirst(SiteRequest request) => request.Headers.GetValueOrDefault("authorization") == "Bearer the-first-token";
    }

    [Fact]
    public void A_place_is_settled_by_refusals_and_not_by_time_in_which_nobody_asked()
    {
        var watch = new TokenWatch(null!);
        watch.Saw((Admission.Refused, 401), TimeSpan.FromSeconds(1));
        Assert.False(watch.Settled(TimeSpan.Zero));
        watch.Saw((Admission.Refused, 401), TimeSpan.FromSeconds(1.5));
        Assert.Equal((true, false), (watch.Settled(TimeSpan.FromSeconds(0.5)), watch.Settled(TimeSpan.FromSeconds(0.6))));
        watch.Saw((Admission.Unclear, 500), TimeSpan.FromSeconds(3));
        Assert.False(watch.Settled(TimeSpan.Zero));
    }

    /// <summary>The trap: a socket that the server ends at an age, or for want of an answer to its ping, ends after the revocation too.</summary>
    [Fact]
    public async Task A_socket_that_the_server_ends_whoever_it_is_was_not_ended_for_its_token()
    {
        foreach (var fault in (string[])["sockets", "aged"]) _first.Has(fault);

        var seen = Seen(await Look(Sockets, ("replicas", Value.Texts([])), ("wait", 3)));

        Assert.Equal((Value.False, Value.True, Value.False), (seen["complete"], seen["sockets_ended"], seen["control_accepted"]));
    }

    [Fact]
    public async Task What_a_command_does_beside_revoking_nobody_knows_so_that_it_needs_the_consent_to_destruction()
    {
        var sight = await Probing.Look(Probing.Options with { MayRunCommands = true, Consent = _ => [Hazard.Active] }, "token.revocation", ("target", _first.Address), ("revoke", Value.Texts(["true"])));

        Assert.Equal(Blind.NoConsent, sight.Blind);
    }

    (string, Value)[] WithoutTheList =>
    [
        ("store", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_list.Port}")), ("wait", 4),
        ("store_down", Value.Of(("signal", "STOP"), ("pid_file", "list.pid"))), ("store_up", Value.Of(("signal", "CONT"), ("pid_file", "list.pid"))),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_list_cannot_be_read_a_service_that_is_well_lets_nobody_in(bool open)
    {
        if (open) _second.Has("open");
        var more = WithoutTheList.Where(one => one.Item1 != "store").ToArray(); // A process that was paused takes connections still.

        var seen = Seen(await Look(more));

        Assert.Equal((open ? Value.False : Value.True, open ? Value.False : Value.True, Value.True), (seen["complete"], seen["closed_when_store_is_down"], seen["back_with_the_store"]));
        Assert.Equal(open ? Value.Texts([$"127.0.0.1:{_second.Port} GET /admin/items"]) : Value.Texts([]), seen["open_when_store_is_down"]);
    }

    [Fact]
    public async Task A_list_that_is_there_after_it_was_taken_away_shows_nothing_and_is_brought_back_all_the_same()
    {
        Probing.Blind(await Look(WithoutTheList), Blind.NotCapable, "the fault had no effect");
        Assert.Equal("PONG", (await _list.Run(null, ["PING"], Cancel)).Trim());
    }

    [Fact]
    public async Task Whoever_gives_up_while_the_list_is_away_gets_it_back_and_leaves_nothing()
    {
        var root = Path.Combine(_folder.FullName, "scratch");
        var question = Value.Of(("target", Value.Of(("address", _first.Address), ("token", _first.Token("mia", TimeSpan.FromHours(1))), ("control_token", _first.Token("kai", TimeSpan.FromHours(1))))),
            ("admin", Value.Of(("address", _first.Address), ("token", AdminService.Root))), ("request", "POST /admin/revoked"), ("paths", Value.Texts(["/admin/items"])), ("wait", 30), ("settle", 0.2),
            ("store_down", Value.Of(("signal", "STOP"), ("pid_file", "list.pid"))), ("store_up", Value.Of(("signal", "CONT"), ("pid_file", "list.pid"))));
        _first.Has("open"); // So that it waits for a refusal that does not come.
        using var runner = new ProbeRunner(Probing.Options with { Folder = _folder.FullName, ScratchRoot = root, Consent = _ => [Hazard.Destructive] });
        using var gives = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var look = runner.Look(Probing.Ask(new Asked("", "token.revocation", question)), gives.Token);
        var list = int.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "list.pid")), CultureInfo.InvariantCulture);
        bool Paused() => File.ReadAllText($"/proc/{list}/stat").Contains(") T ", StringComparison.Ordinal);

        await ServerProcess.Until(Paused, "the list was not paused", TimeSpan.FromSeconds(20), Cancel);
        await gives.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look);

        Assert.False(Paused());
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }

    [Fact]
    public async Task Taking_the_list_away_needs_the_environments_consent()
    {
        var sight = await Probing.Look(Probing.Options with { Consent = _ => [Hazard.Active] }, "token.revocation", ("target", _first.Address), ("store_down", Value.Of(("signal", "STOP"), ("pid_file", "list.pid"))));

        Assert.Equal(Blind.NoConsent, sight.Blind);
    }

    [Fact]
    public void Claims_are_read_of_what_is_a_token_and_of_nothing_else() => Fuzz.Damage([.. ((string[])[_first.Token("mia", TimeSpan.FromHours(1)), "a.b.c", "e30.e30.e30", "opaque-token"]).Select(System.Text.Encoding.ASCII.GetBytes)],
        bytes => TokenLife.End(System.Text.Encoding.Latin1.GetString(bytes)), share: 2);
}
