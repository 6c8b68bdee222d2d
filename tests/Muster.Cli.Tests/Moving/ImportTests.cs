using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Evidence on its way from one ledger to another: what is taken in, what it counts as, and what is refused.</summary>
public sealed class ImportTests
{
    [Fact]
    public async Task Evidence_of_a_runner_that_the_document_names_counts_where_it_arrives()
    {
        await using var copies = await Copies.Start();
        await copies.Looked();
        Assert.Equal(ExitCode.Undecided, (await copies.Gate.Run("gate")).Exit);

        var imported = await copies.Gate.Done("import", "ci.intoto.jsonl");

        Assert.Contains("from the ledger of ci", imported.Data, StringComparison.Ordinal);
        Assert.Contains("counts as looked at by ci", imported.Data, StringComparison.Ordinal);
        Assert.Contains("go-live would be HELD now; still to sign: 1 × architect, 1 × devops-lead, 1 × on-call", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Held, (await copies.Gate.Run("gate")).Exit);
        await copies.Gate.Done("ledger", "verify");
    }

    [Fact]
    public async Task Evidence_of_a_key_that_the_document_does_not_name_counts_for_nothing_by_itself()
    {
        await using var copies = await Copies.Start("runners: { gate: keys/gate.pub }");
        await copies.Ci.Run("check");
        await copies.Ci.Done("export", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "ci.intoto.jsonl");

        var imported = await copies.Gate.Done("import", "ci.intoto.jsonl");

        Assert.Contains("which is no runner of the document", imported.Data, StringComparison.Ordinal);
        Assert.Contains("count only where a control accepts that", imported.Data, StringComparison.Ordinal);
        Assert.Contains("ignored: by", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Undecided, (await copies.Gate.Run("gate")).Exit);
    }

    [Fact]
    public async Task And_counts_where_a_control_accepts_what_is_imported()
    {
        await using var copies = await Copies.Start("runners: { gate: keys/gate.pub }", ", accept: [ live, imported ]");
        await copies.Ci.Run("check");
        await copies.Ci.Done("export", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "ci.intoto.jsonl");
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        Assert.Equal(ExitCode.Held, (await copies.Gate.Run("gate")).Exit);
    }

    [Fact]
    public async Task Importing_twice_adds_nothing()
    {
        await using var copies = await Copies.Start();
        await copies.Looked();
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        var log = Copies.Log(copies.Gate);

        var again = await copies.Gate.Done("import", "ci.intoto.jsonl", "ci.intoto.jsonl", "-f", "json");

        Assert.Equal(0, ((Value.Number)again.Json["new"]!).Is);
        Assert.Equal(log, Copies.Log(copies.Gate));
    }
}
