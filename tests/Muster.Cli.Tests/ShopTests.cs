using Muster.Cli.Demo;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The shop of samples/shop, really running, with one fault at a time.</summary>
public sealed class ShopTests : IAsyncLifetime
{
    readonly Scratch _scratch = new();
    Shop _shop = null!;

    public static TheoryData<string> Faults => [.. Fault.All.Select(fault => fault.Control)];

    public async ValueTask InitializeAsync()
    {
        _shop = Shop.Start(_scratch.Folder, [], TimeProvider.System);
        ShopFolder.Write(_scratch.Folder, _shop);
        await Keys.PutInto(_scratch);
    }

    [Fact]
    public async Task Without_a_fault_it_is_held_until_it_is_signed_and_then_it_goes()
    {
        var held = await Run("check", "-f", "json");
        Assert.Equal(ExitCode.Held, held.Exit);
        Assert.Equal(0, (await Run("attest", "people.on-call", "--as", "kai")).Exit);
        Assert.Equal(0, (await Run("sign", "--as", "mia")).Exit);
        Assert.Equal(ExitCode.Held, (await Run("gate")).Exit);
        Assert.Equal(0, (await Run("sign", "--as", "jon")).Exit);

        var go = await Run("gate", "--strict", "-f", "json");

        Assert.Equal(ExitCode.Go, go.Exit);
        Assert.Contains("\"Go\"", go.Data, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_planted_fault_is_NO_GO_and_names_exactly_its_control(string control)
    {
        await _shop.Set(Fault.All.Single(fault => fault.Control == control), planted: true);

        var decision = await Decide();

        Assert.Equal(ExitCode.NoGo, decision.Exit);
        Assert.Equal([control], States(decision, State.Failed));
        await _shop.Set(Fault.All.Single(fault => fault.Control == control), planted: false);
        Assert.Equal(ExitCode.Held, (await Run("check", "--only-failed")).Exit);
    }

    [Fact]
    public async Task A_shop_that_is_gone_is_undecided_and_never_a_pass()
    {
        await _shop.DisposeAsync();

        var decision = await Decide();

        // The admin port that must not answer does not answer: that alone, and what lies in files, is met.
        Assert.Equal(ExitCode.Undecided, decision.Exit);
        Assert.Equal(["data.backup", "edge.admin"], States(decision, State.Met));
    }

    async Task<Ran> Decide() => await Run("check", "-f", "json");

    static IEnumerable<string> States(Ran decision, State state) =>
        from control in ((Value.Items)decision.Json["controls"]!).Are.Cast<Value.Fields>()
        where control["state"] is Value.Text text && text.Is == state.ToString()
        orderby ((Value.Text)control["id"]!).Is
        select ((Value.Text)control["id"]!).Is;

    Task<Ran> Run(params string[] words) => InProcess.Run(_scratch.Folder, words);

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        _scratch.Dispose();
    }
}
