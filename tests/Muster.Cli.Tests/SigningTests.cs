using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Who may sign what, and what they are told when they may not. Nothing that is refused is written down.</summary>
public sealed class SigningTests
{
    const string Signed = ", sign: { architect: 1, devops-lead: 1 }, waivers: { at_most: 14d, approve: [ architect ], need: [ compensating_control ] }, break_glass: [ architect, devops-lead ]";

    static async Task Refused(Launch launch, int exit, string says, params string[] words)
    {
        var before = Size(launch);
        var ran = await launch.Run(words);
        Assert.Equal((exit, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: ", ran.Talk, StringComparison.Ordinal);
        Assert.Equal(before, Size(launch));
    }

    static long Size(Launch launch) => new FileInfo(launch.Folder.PathOf(".muster/ledger/log")) is { Exists: true } log ? log.Length : 0;

    static async Task<Launch> Checked(Launch launch)
    {
        await Launch.Of(launch);
        await launch.Run("check");
        return launch;
    }

    [Fact]
    public async Task Two_roles_are_two_people_and_the_second_opens_the_gate()
    {
        using var launch = await Checked(new() { Gate = Signed });

        var first = await launch.Done("sign", "--as", "mia");
        var second = await launch.Done("sign", "--as", "jon", "-f", "json");

        Assert.Contains("still to sign: 1 × devops-lead", first.Data, StringComparison.Ordinal);
        Assert.Equal("Go", ((Value.Text)second.Json["verdict"]!).Is);
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);
    }

    [Fact]
    public async Task One_person_with_two_roles_signs_in_one_of_them()
    {
        using var launch = await Checked(new() { Gate = Signed });
        launch.Change("roles: [ architect ]", "roles: [ architect, devops-lead ]");
        await launch.Run("check");

        await Refused(launch, 3, "--role architect | devops-lead", "sign", "--as", "mia");
        await launch.Done("sign", "--as", "mia", "--role", "architect");
        var second = await launch.Run("sign", "--as", "mia", "--role", "devops-lead");

        Assert.Equal(ExitCode.Held, (await launch.Run("gate")).Exit);
        Assert.Contains("does not count", second.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signer_must_be_named_have_a_key_a_role_and_the_passphrase()
    {
        using var launch = await Checked(new() { Gate = Signed });

        await Refused(launch, 3, "who signs?", "sign");
        await Refused(launch, 3, "did you mean mia?", "sign", "--as", "miaa");
        await Refused(launch, 3, "has no role that signs go", "sign", "--as", "kai");
        await Refused(launch, 3, "mia does not have the role devops-lead", "sign", "--as", "mia", "--role", "devops-lead");
        launch.Folder.Write("wrong", "not the passphrase\n");
        await Refused(launch, 3, "mia's key: does not open with this passphrase", "sign", "--as", "mia", "--passphrase-file", "wrong");
        await Refused(launch, 3, "nowhere", "sign", "--as", "mia", "--passphrase-file", "nowhere");
        File.Delete(launch.Folder.PathOf(".muster/keys/mia.key"));
        await Refused(launch, 3, "muster key new mia", "sign", "--as", "mia");
    }

    [Fact]
    public async Task Without_any_passphrase_the_way_to_give_one_is_said()
    {
        using var launch = await Checked(new() { Gate = Signed });
        var ran = await InProcess.Run(launch.Folder.Folder, host => host with { Variable = _ => null }, "sign", "--as", "mia");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("MUSTER_PASSPHRASE", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_of_another_person_is_4()
    {
        using var launch = await Checked(new() { Gate = Signed });
        File.Copy(launch.Folder.PathOf(".muster/keys/jon.key"), launch.Folder.PathOf(".muster/keys/mia.key"), overwrite: true);
        await Refused(launch, 4, "is not the one that the document names", "sign", "--as", "mia");
    }

    [Fact]
    public async Task A_waiver_within_bounds_opens_under_a_condition_and_the_control_stays_failed()
    {
        using var launch = await Checked(new() { Expected = false, Gate = ", waivers: { at_most: 14d, approve: [ architect ], need: [ compensating_control ] }" });

        var waived = await launch.Done("waive", "a.fact", "--because", "one day", "--requested-by", "jon", "--compensating-control", "a guard", "--for", "7d", "--as", "mia");

        Assert.Contains("The gate is now CONDITIONAL GO", waived.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.ConditionalUnderStrict, (await launch.Run("gate", "--strict")).Exit);
        Assert.Equal(ExitCode.NoGo, (await launch.Run("why", "a.fact")).Exit);
    }

    [Fact]
    public async Task A_waiver_beyond_the_bounds_says_why_it_does_not_count()
    {
        using var launch = await Checked(new() { Expected = false, Gate = ", waivers: { at_most: 14d, approve: [ architect ], need: [ compensating_control ] }" });

        var tooLong = await launch.Run("waive", "a.fact", "--because", "x", "--requested-by", "jon", "--compensating-control", "a guard", "--for", "30d", "--as", "mia");
        var naked = await launch.Run("waive", "a.fact", "--because", "x", "--requested-by", "jon", "--for", "7d", "--as", "mia");
        var noApprover = await launch.Run("waive", "a.fact", "--because", "x", "--requested-by", "mia", "--compensating-control", "a guard", "--for", "7d", "--as", "jon");

        Assert.All([tooLong, naked, noApprover], ran => Assert.Contains("It does not count: ", ran.Data, StringComparison.Ordinal));
        Assert.Equal(ExitCode.NoGo, (await launch.Run("gate")).Exit);
    }

    [Fact]
    public async Task A_waiver_that_makes_no_sense_is_refused()
    {
        using var launch = await Checked(new() { Expected = false, Gate = Signed, Controls = "  b.line: { title: Prose }" });
        string[] asks = ["--because", "x", "--requested-by", "jon", "--for", "7d", "--as", "mia"];

        await Refused(launch, 3, "cannot both ask for a waiver and approve it", "waive", "a.fact", "--because", "x", "--requested-by", "mia", "--for", "7d", "--as", "mia");
        await Refused(launch, 3, "did you mean a.fact?", ["waive", "a.fcat", .. asks]);
        await Refused(launch, 3, "--covers-unproven", ["waive", "b.line", .. asks]);
        await Refused(launch, 3, "not a duration", "waive", "a.fact", "--because", "x", "--requested-by", "jon", "--for", "long", "--as", "mia");
        await Refused(launch, 3, "an empty reason is none", "waive", "a.fact", "--because", " ", "--requested-by", "jon", "--for", "7d", "--as", "mia");
    }

    [Fact]
    public async Task Glass_is_broken_by_two_people_who_say_the_same_and_not_by_one_twice()
    {
        using var launch = await Checked(new() { Expected = false, Gate = Signed });
        string[] by(string who, string because = "down") => ["break-glass", "--because", because, "--for", "4h", "--as", who];

        await Refused(launch, 3, "none of the roles", by("kai"));
        Assert.Equal(ExitCode.NoGo, (await launch.Run(by("mia"))).Exit);
        Assert.Equal(ExitCode.NoGo, (await launch.Run(by("mia"))).Exit);
        await Refused(launch, 3, "--because \"down\"", by("jon", "another reason"));
        var opened = await launch.Run(by("jon"));

        Assert.Equal(ExitCode.BreakGlass, opened.Exit);
        Assert.Contains("The verdict stays NO-GO", opened.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_that_is_never_overridden_or_names_nobody_has_no_glass()
    {
        using var never = await Checked(new() { Gate = ", override: never" });
        using var nobody = await Checked(new());
        await Refused(never, 3, "override: never", "break-glass", "--because", "x", "--for", "4h", "--as", "mia");
        await Refused(nobody, 3, "break_glass: [ role ]", "break-glass", "--because", "x", "--for", "4h", "--as", "mia");
    }

    [Fact]
    public async Task A_rejection_stands_until_its_own_author_withdraws_it()
    {
        using var launch = await Checked(new() { Gate = Signed });
        var rejected = await launch.Done("reject", "--because", "the rota is empty", "--as", "mia", "-f", "json");
        var entry = ((Value.Text)rejected.Json["entry"]!).Is;
        Assert.Equal(ExitCode.NoGo, (await launch.Run("gate")).Exit);

        await Refused(launch, 3, "was not signed by jon", "withdraw", entry, "--because", "x", "--as", "jon");
        await Refused(launch, 3, "no entry begins with ffff", "withdraw", "ffff", "--because", "x", "--as", "mia");
        await launch.Done("withdraw", entry[7..19], "--because", "filled", "--as", "mia");
        Assert.Equal(ExitCode.Held, (await launch.Run("gate")).Exit);
        await Refused(launch, 3, "is withdrawn already", "withdraw", entry, "--because", "x", "--as", "mia");
    }

    [Fact]
    public async Task A_softening_holds_the_gate_until_its_owner_accepts_it()
    {
        using var launch = await Checked(new() { Controls = "  b.fact: { title: Also so, check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }" });
        Assert.Equal(ExitCode.Go, (await launch.Run("gate")).Exit);
        await Refused(launch, 3, "nothing was softened", "accept", "--because", "x", "--as", "mia");
        launch.Change("  b.fact: { title: Also so, check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }\n", "");
        Assert.Equal(ExitCode.Held, (await launch.Run("check")).Exit);

        await Refused(launch, 3, "only architect can accept", "accept", "--because", "x", "--as", "jon");
        var accepted = await launch.Done("accept", "--because", "the fact is gone", "--as", "mia");

        Assert.Contains("b.fact", accepted.Data, StringComparison.Ordinal);
        Assert.Contains("The gate is now GO", accepted.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attesting_is_for_the_role_that_the_control_names()
    {
        using var launch = await Checked(new() { Controls = "  people.on-call: { title: Somebody is on call, check: { attestation: The rota covers the launch, by: on-call } }" });

        await Refused(launch, 3, "is for a on-call to say", "attest", "people.on-call", "--as", "mia");
        await Refused(launch, 3, "no check of kind attestation", "attest", "a.fact", "--as", "kai");
        var attested = await launch.Done("attest", "people.on-call", "--as", "kai");

        Assert.Contains("The gate go is now GO", attested.Data, StringComparison.Ordinal);
    }
}
