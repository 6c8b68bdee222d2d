using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Keys are listed, replaced and revoked; what follows is what the gate says.</summary>
public sealed class KeyTests
{
    const string Signed = ", sign: { architect: 1 }, waivers: { at_most: 14d, approve: [ architect ], need: [ request ] }";

    static async Task<Launch> Checked(Launch launch)
    {
        await Launch.Of(launch);
        await launch.Run("check");
        return launch;
    }

    static string Text(Ran ran, string name) => ((Value.Text)ran.Json[name]!).Is;

    [Fact]
    public async Task A_rotated_key_is_kept_and_what_it_signed_counts_once_the_document_says_so()
    {
        using var launch = await Launch.Of(new() { Expected = false, Gate = Signed, Targets = $"release: {{ artifacts: {{ shop: sha256:{new string('a', 64)} }} }}" });
        await launch.Run("check");
        var asked = Text(await launch.Done("waive", "request", "a.fact", "--because", "one day", "--for", "7d", "--as", "jon", "-f", "json"), "entry");
        await launch.Done("waive", "approve", asked, "--as", "mia");
        Assert.Contains("waived", (await launch.Run("report")).Data, StringComparison.Ordinal);

        var rotated = await launch.Done("key", "rotate", "mia", "-f", "json");
        var former = (Value.Fields)rotated.Json["former"]!;
        Assert.Contains("the approver's key belongs to nobody in the document", (await launch.Run("report")).Data, StringComparison.Ordinal);
        launch.Change("key: keys/mia.pub", $"key: keys/mia.pub, former: [ {{ key: {((Value.Text)former["public_key"]!).Is}, until: {((Value.Text)former["until"]!).Is} }} ]");

        Assert.DoesNotContain("does not count", (await launch.Run("report")).Data, StringComparison.Ordinal);
        Assert.True(File.Exists(launch.Folder.PathOf(((Value.Text)former["private_key"]!).Is)));
        Assert.Equal(ExitCode.Done, (await launch.Run("ledger", "verify")).Exit);
        var list = await launch.Done("key", "list");
        Assert.Contains("former, until ", list.Data, StringComparison.Ordinal);
        Assert.Contains(Text(rotated, "key_id"), list.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotating_twice_in_a_day_keeps_both_and_what_is_not_there_is_not_rotated()
    {
        using var launch = await Checked(new());
        var first = await launch.Done("key", "rotate", "mia", "-f", "json");
        var second = await launch.Done("key", "rotate", "mia", "-f", "json");

        Assert.Equal(Text(first, "key_id"), ((Value.Text)((Value.Fields)second.Json["former"]!)["key_id"]!).Is);
        Assert.Equal(4, Directory.EnumerateFiles(launch.Folder.PathOf("keys"), "mia*.pub").Count() + 1);
        Assert.Contains("muster key new zoe", (await launch.Run("key", "rotate", "zoe")).Talk, StringComparison.Ordinal);
        Assert.Equal(3, (await launch.Run("key", "rotate", "runner")).Exit);
    }

    [Fact]
    public async Task A_revoked_key_signed_nothing_that_counts_and_signs_nothing_more()
    {
        using var launch = await Checked(new() { Gate = Signed });
        await launch.Done("sign", "--as", "mia");
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);

        var revoked = await launch.Done("key", "revoke", "mia", "--because", "lost laptop", "--as", "mia");
        Assert.Contains("mia revoked mia's key", revoked.Data, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Held, (await launch.Run("gate")).Exit);
        Assert.Contains("the key was revoked", (await launch.Run("report")).Data, StringComparison.Ordinal);
        Assert.Contains("does not count: the key was revoked", (await launch.Run("sign", "--as", "mia")).Data, StringComparison.Ordinal);
        Assert.Contains("revoked already", (await launch.Run("key", "revoke", "mia", "--because", "x", "--as", "mia")).Talk, StringComparison.Ordinal);
        Assert.Contains("REVOKED", (await launch.Run("key", "list")).Data, StringComparison.Ordinal);
        Assert.Contains("lost laptop", (await launch.Run("key", "list")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_its_person_or_the_owner_revokes_a_key()
    {
        using var launch = await Checked(new() { Gate = Signed });

        var refused = await launch.Run("key", "revoke", "mia", "--because", "x", "--as", "jon");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("jon may not revoke", refused.Talk, StringComparison.Ordinal);
        await launch.Done("key", "revoke", "jon", "--because", "left", "--as", "mia");
        await launch.Done("key", "revoke", "kai", "--because", "lost", "--as", "kai");
        Assert.Contains("no key is known by", (await launch.Run("key", "revoke", "ffffffff", "--because", "x", "--as", "mia")).Talk, StringComparison.Ordinal);
        Assert.Contains("no key is known by ab", (await launch.Run("key", "revoke", "ab", "--because", "x", "--as", "mia")).Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_veto_outlives_its_key_until_the_owner_takes_it_back()
    {
        using var launch = await Checked(new());
        var veto = Text(await launch.Done("reject", "--because", "no rota", "--as", "kai", "-f", "json"), "entry");
        Assert.Contains("was not signed by mia", (await launch.Run("withdraw", veto, "--because", "x", "--as", "mia")).Talk, StringComparison.Ordinal);
        await launch.Done("key", "revoke", "kai", "--because", "lost", "--as", "mia");
        await launch.Run("withdraw", veto, "--because", "x", "--as", "kai");
        Assert.Equal(ExitCode.NoGo, (await launch.Run("gate")).Exit);

        await launch.Done("withdraw", veto, "--because", "kai's laptop is gone, and kai agrees", "--as", "mia");
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);
    }

    [Fact]
    public async Task An_owner_accepts_their_own_new_key_with_the_old_one()
    {
        using var launch = await Checked(new());
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);
        var former = (Value.Fields)(await launch.Done("key", "rotate", "mia", "-f", "json")).Json["former"]!;
        Assert.Equal(ExitCode.Held, (await launch.Run("check")).Exit);

        Assert.Contains("does not know this key", (await launch.Run("accept", "--because", "x", "--as", "mia")).Talk, StringComparison.Ordinal);
        await launch.Done("accept", "--because", "a new laptop", "--as", "mia", "--key", ((Value.Text)former["private_key"]!).Is);
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);
    }

    [Fact]
    public async Task A_list_without_a_document_is_of_this_machine_and_a_broken_document_is_told()
    {
        using var scratch = new Scratch();
        await scratch.Done("key", "new", "lea");
        Assert.StartsWith("lea ", (await scratch.Done("key", "list")).Data, StringComparison.Ordinal);
        scratch.Write("muster.yaml", "muster: 1\nsistem: shop\n");

        var ran = await scratch.Done("key", "list");
        Assert.Contains("lea ", ran.Data, StringComparison.Ordinal);
        Assert.Contains("muster lint", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiver_is_asked_for_by_one_and_approved_word_for_word_by_another()
    {
        using var launch = await Checked(new() { Expected = false, Gate = Signed });
        string[] ask = ["waive", "request", "a.fact", "--because", "one day", "--for", "7d"];

        Assert.Contains("does not count: it lacks request", (await launch.Run("waive", "a.fact", "--because", "x", "--requested-by", "jon", "--for", "7d", "--as", "mia")).Data, StringComparison.Ordinal);
        var asked = await launch.Done([.. ask, "--as", "jon"]);
        Assert.Contains("muster waive approve", asked.Data, StringComparison.Ordinal);
        var entry = Text(await launch.Done([.. ask, "--as", "jon", "--owner", "kai", "-f", "json"]), "entry");
        Assert.Contains("cannot both ask", (await launch.Run("waive", "approve", Text(await launch.Done([.. ask, "--as", "mia", "-f", "json"]), "entry"), "--as", "mia")).Talk, StringComparison.Ordinal);
        Assert.Contains("it was asked for until", (await launch.Run("waive", "approve", entry, "--for", "9d", "--as", "mia")).Talk, StringComparison.Ordinal);

        var approved = await launch.Done("waive", "approve", entry, "--for", "2d", "--as", "mia");
        Assert.Contains("at jon's signed request", approved.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("does not count", approved.Data, StringComparison.Ordinal);
        Assert.Contains("owner kai", (await launch.Run("report")).Data, StringComparison.Ordinal);
        await launch.Done("withdraw", entry, "--because", "mended", "--as", "jon");
        Assert.Contains("its request was withdrawn", (await launch.Run("report")).Data, StringComparison.Ordinal);
        Assert.Contains("took the request back", (await launch.Run("waive", "approve", entry, "--as", "mia")).Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--matchers value other", "nothing named other fails in a.fact", "what fails now: value")]
    [InlineData("--releases all", "for releases that are named", "digest")]
    [InlineData("--owner nobody", "neither a person nor a role", "Fix: ")]
    public async Task What_a_waiver_cannot_say_is_refused(string words, string says, string fix)
    {
        using var launch = await Checked(new() { Expected = false, Gate = Signed });

        var ran = await launch.Run(["waive", "request", "a.fact", "--because", "x", "--for", "7d", "--as", "jon", .. words.Split(' ')]);

        Assert.Equal(3, ran.Exit);
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains(fix, ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upcoming_says_until_when_it_is_GO_and_what_then()
    {
        using var launch = await Checked(new() { Gate = ", sign: { architect: 1 }, signed_for: 3h" });
        await launch.Done("sign", "--as", "mia");

        var ran = await launch.Done("upcoming", "--within", "2d");

        Assert.Contains("GO", ran.Data, StringComparison.Ordinal);
        Assert.Contains("HELD because architect: one sign-off is missing", ran.Data.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("UNDECIDED because a.fact", ran.Data.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.True(ran.Data.IndexOf("architect  ", StringComparison.Ordinal) < ran.Data.IndexOf("a.fact  ", StringComparison.Ordinal), ran.Data);
        Assert.Contains("nothing", (await launch.Done("upcoming", "--within", "1m")).Data, StringComparison.Ordinal);
    }
}
