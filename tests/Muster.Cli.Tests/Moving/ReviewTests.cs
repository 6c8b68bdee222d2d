namespace Muster.Cli.Tests;

/// <summary>What is laid before a signer, and what becomes of the answer.</summary>
public sealed class ReviewTests
{
    static async Task<Copies> Reviewed(string runners = "runners: { ci: keys/ci.pub, gate: keys/gate.pub }")
    {
        var copies = await Copies.Start(runners);
        await copies.Looked();
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        await copies.Gate.Done("review", "open", "-o", "review.html");
        Copies.Carry(copies.Gate, copies.Mia, "review.html");
        return copies;
    }

    static async Task Signed(Copies copies, params string[] more)
    {
        await copies.Mia.Done([.. (string[])["sign", "--review", "review.html", "--as", "mia", "-o", "mia.intoto.jsonl"], .. more]);
        Copies.Carry(copies.Mia, copies.Gate, "mia.intoto.jsonl");
    }

    static async Task Refused(Scratch at, int exit, string says, params string[] words)
    {
        var ran = await at.Run(words);
        Assert.Equal((exit, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: ", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_comes_back_as_a_file_too_and_shuts_the_gate()
    {
        await using var copies = await Reviewed();
        await Refused(copies.Mia, 3, "why is it rejected?", "sign", "--review", "review.html", "--as", "mia", "--reject");
        await Signed(copies, "--reject", "--because", "the rota is empty");
        var imported = await copies.Gate.Done("import", "mia.intoto.jsonl");
        Assert.Contains("go-live stays shut until they withdraw it", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoGo, (await copies.Gate.Run("gate")).Exit);
    }

    [Fact]
    public async Task A_key_that_is_revoked_between_review_and_import_signs_nothing()
    {
        await using var copies = await Reviewed();
        await Signed(copies);
        Copies.Carry(copies.Mia, copies.Gate, ".muster/keys/mia.key");
        Copies.Carry(copies.Mia, copies.Gate, ".muster/keys/mia.pub");
        await copies.Gate.Done("key", "revoke", "mia", "--because", "the laptop is gone", "--as", "mia");
        await Refused(copies.Gate, 4, "was revoked; a sign-off by it counts for nothing, whatever the date on it", "import", "mia.intoto.jsonl");
    }

    [Fact]
    public async Task Somebody_whom_the_document_does_not_name_signs_nothing()
    {
        await using var copies = await Reviewed();
        await Signed(copies);
        copies.Gate.Write("muster.yaml", File.ReadAllText(copies.Gate.PathOf("muster.yaml")).Replace("mia: { roles: [ architect ], key: keys/mia.pub }", "lea: { roles: [ architect ] }", StringComparison.Ordinal));
        await Refused(copies.Gate, 4, "Nothing was taken in", "import", "mia.intoto.jsonl");
    }

    [Fact]
    public async Task The_same_answer_twice_is_known_and_two_answers_are_told()
    {
        await using var copies = await Reviewed();
        await Signed(copies);
        await copies.Gate.Done("import", "mia.intoto.jsonl");
        Assert.Contains("0 entries new, 1 here already", (await copies.Gate.Done("import", "mia.intoto.jsonl")).Data, StringComparison.Ordinal);
        await Signed(copies);
        Assert.Contains("one person signed twice for one release", (await copies.Gate.Done("import", "mia.intoto.jsonl")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_signed_is_what_was_shown_and_worse_evidence_voids_it()
    {
        await using var copies = await Reviewed();
        await Signed(copies);
        copies.Says = "ill";
        await copies.Looked();
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        var imported = await copies.Gate.Done("import", "mia.intoto.jsonl");
        Assert.Contains("does not count: site.well is worse than it was", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoGo, (await copies.Gate.Run("gate")).Exit);
    }

    [Fact]
    public async Task A_review_of_another_document_is_not_signed()
    {
        await using var copies = await Reviewed();
        copies.Mia.Write("muster.yaml", File.ReadAllText(copies.Mia.PathOf("muster.yaml")).Replace("status: 200", "status: 201", StringComparison.Ordinal));
        await Refused(copies.Mia, 3, "bring your copy to the state that is to be signed", "sign", "--review", "review.html", "--as", "mia");
    }

    [Fact]
    public async Task A_review_by_a_key_that_nobody_vouches_for_is_signed_only_on_demand()
    {
        await using var copies = await Reviewed("runners: { ci: keys/ci.pub }");
        await Refused(copies.Mia, 4, "the document names no such runner", "sign", "--review", "review.html", "--as", "mia");
        await Refused(copies.Mia, 4, "is not the one that --runner-key names", "sign", "--review", "review.html", "--as", "mia", "--runner-key", "keys/ci.pub");
        await Signed(copies, "--runner-key", "keys/gate.pub");
        await Signed(copies, "--unknown-runner");
    }

    [Fact]
    public async Task Roles_gates_and_people_are_asked_for_as_in_a_signature_with_the_ledger_at_hand()
    {
        await using var copies = await Reviewed();
        await Refused(copies.Mia, 3, "mia does not have the role on-call", "sign", "--review", "review.html", "--as", "mia", "--role", "on-call");
        await Refused(copies.Mia, 3, "is of the gate go-live, not of rehearsal", "sign", "rehearsal", "--review", "review.html", "--as", "mia");
        await Refused(copies.Mia, 3, "who signs?", "sign", "--review", "review.html");
        await Refused(copies.Mia, 3, "speak of a review", "sign", "--as", "mia", "--reject");
        await Refused(copies.Mia, 3, "muster.yaml is no review", "sign", "--review", "muster.yaml", "--as", "mia");
        await Refused(copies.Mia, 3, "cannot read nowhere.html", "sign", "--review", "nowhere.html", "--as", "mia");
    }

    [Fact]
    public async Task Without_a_ledger_there_is_nothing_to_lay_before_anybody()
    {
        await using var copies = await Copies.Start();
        await Refused(copies.Mia, 3, "there is no ledger yet", "review", "open");
        await Refused(copies.Mia, 3, "there is no ledger yet", "export");
    }
}
