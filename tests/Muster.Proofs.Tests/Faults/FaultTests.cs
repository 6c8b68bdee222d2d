using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Proofs.Tests;

/// <summary>Every kind that looks at a network, through the whole command, at peers that do not do what they should: an answer within the deadline, in bounded memory, never met, and a reason.</summary>
public sealed partial class FaultTests
{
    static readonly IReadOnlyList<IAskedAtFaults> Families =
        [.. typeof(IAskedAtFaults).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IAskedAtFaults))).OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (IAskedAtFaults)Activator.CreateInstance(type)!)];

    static readonly Dictionary<string, string> Asked = Families.SelectMany(family => family.Asked).ToDictionary(StringComparer.Ordinal);

    static readonly string[] ContentWithAnOpenPort = [.. Families.SelectMany(family => family.ContentWithAnOpenPort)];

    static readonly string[] AskNoPeer = [.. Families.SelectMany(family => family.AskNoPeer)];

    public static TheoryData<string> Names => new(Fault.All.Where(fault => !fault.IsSlow).Select(fault => fault.Name));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void No_kind_is_left_out() => Assert.Equal(
        ProbeKinds.All.Select(kind => kind.Kind).Where(kind => kind.Target is TargetShape.Url or TargetShape.HostAndPort or TargetShape.HostName || kind.Parameters.Any(parameter => parameter.NamesTarget)).Select(kind => kind.Name).Except(AskNoPeer).Order(StringComparer.Ordinal),
        Asked.Values.Select(check => check[..check.IndexOf(':', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public Task Whatever_the_peer_does_nothing_is_met_and_the_reason_is_told(string name) => Holds(name);

    internal static async Task Holds(string name)
    {
        var fault = Fault.All.Single(one => one.Name == name);
        await using var listener = fault.Serve is { } serve ? LoopbackListener.Start(serve) : null;
        using var scratch = new Scratch();
        foreach (var (path, text) in Families.SelectMany(family => family.Files)) scratch.Write(path, text);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{listener?.Port ?? LoopbackListener.ClosedPort()}");
        var controls = Asked.Select(kind => $"  {kind.Key}:\n    title: It is well\n    check: {{ {kind.Value.Replace("ADDRESS", address, StringComparison.Ordinal)}, deadline: 2s }}\n");
        scratch.Write("muster.yaml", $$"""
            muster: 1
            system: faults
            environments: { here: { consent: [ active, destructive ] } }
            targets:
              peer: http://{{address}}
            {{string.Concat(Families.SelectMany(family => family.Targets).Select(target => $"  {target.Key}: {target.Value.Replace("ADDRESS", address, StringComparison.Ordinal)}\n"))}}
            controls:
            {{string.Concat(controls)}}
            gates: { go: { environment: here } }
            """);
        var sent = Interlocked.Read(ref Fault.Sent);

        var ran = await InProcess.Run(scratch.Folder, "check", "--allow-commands", "--jobs", "64", "--format", "json");

        Assert.True(ran.Exit is ExitCode.NoGo or ExitCode.Undecided, ran.Data + ran.Talk);
        var expected = fault.Serve is null ? [] : ContentWithAnOpenPort.Intersect(Asked.Keys);
        var states = ((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().ToDictionary(control => ((Value.Text)control["id"]!).Is, control => control);
        Assert.Equal(expected.Order(StringComparer.Ordinal), states.Where(control => control.Value["state"]!.Equals((Value)"Met")).Select(control => control.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotMatch(Bug(), ran.Data);
        Assert.InRange(Interlocked.Read(ref Fault.Sent) - sent, 0, Asked.Count * 100L * 1024 * 1024);
    }

    /// <summary>How a probe that broke is told: by the name of the exception.</summary>
    [GeneratedRegex(@"\b[A-Z]\w+Exception: ")]
    private static partial Regex Bug();
}

/// <summary>The peers at which each look comes to its deadline; beside the others, since nobody works meanwhile.</summary>
public sealed class SlowFaultTests
{
    public static TheoryData<string> Names => new(Fault.All.Where(fault => fault.IsSlow).Select(fault => fault.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public Task Whatever_the_peer_does_nothing_is_met_and_the_reason_is_told(string name) => FaultTests.Holds(name);
}
