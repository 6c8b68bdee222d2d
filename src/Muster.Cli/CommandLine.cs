using System.CommandLine;
using Muster.Cli.Commands;
using Muster.Ledger;

namespace Muster.Cli;

/// <summary>Words to a command, and whatever happens to an exit code and a sentence.</summary>
static class CommandLine
{
    public static async Task<int> Run(string[] words, Host host)
    {
        try
        {
            var exit = await Answer(words, host);
            host.Data.Flush(); // here and not later: what did not arrive is no success, whatever was decided
            return exit;
        }
        catch (Refusal refusal)
        {
            return Tell(host, refusal);
        }
        catch (LedgerException damaged)
        {
            return Tell(host, Session.Of(damaged.Problem));
        }
        catch (OperationCanceledException) when (host.Cancel.IsCancellationRequested)
        {
            host.Talk.WriteLine("muster: interrupted; what was seen before is in the ledger");
            return ExitCode.Interrupted;
        }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException)
        {
            return Tell(host, Refusal.Usage($"a file or standard output cannot be read or written: {barred.Message.TrimEnd('.')}", "free space or give access, then try again"));
        }
        catch (Exception bug)
        {
            host.Talk.WriteLine($"muster: internal error: {bug.GetType().Name}: {bug.Message}");
            if (host.Variable("MUSTER_DEBUG") is not null) host.Talk.WriteLine(bug.ToString());
            else host.Talk.WriteLine("  This is a bug of Muster's. Run again with MUSTER_DEBUG=1 for its place.");
            return ExitCode.Internal;
        }
    }

    static async Task<int> Answer(string[] words, Host host)
    {
        // The commonest question of scripts and of `time`, answered without building the command tree.
        if (words is ["version"] or ["--version"]) return VersionCommand.Print(host);

        var parsed = Root(host).Parse(TelemetryServeCommand.Passing(words));
        return Mistyped.Tell(parsed, host) ??
            await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = host.Data, Error = host.Talk }, host.Cancel);
    }

    static int Tell(Host host, Refusal refusal)
    {
        host.Talk.WriteLine($"muster: {refusal.Message}");
        if (refusal.Fix is { } fix) host.Talk.WriteLine($"  Fix: {fix}");
        return refusal.ExitCode;
    }

    public static RootCommand Root(Host host) => new("Turns a production-readiness document into a live launch gate that opens only on fresh, verifiable evidence.")
    {
        DemoCommand.Build(host),
        InitCommand.Build(host),
        ExportCommand.Build(host),
        ImportCommand.Build(host),
        LintCommand.Build(host),
        SchemaCommand.Build(host),
        PlanCommand.Build(host),
        KindsCommand.Build(host),
        PackCommand.Build(host),
        TryCommand.Build(host),
        ProxyCommand.Build(host),
        LoadCommand.Build(host),
        TelemetryCommand.Build(host),
        OtlpCommand.Build(host),
        CheckCommand.Build(host),
        GateCommand.Build(host),
        WhyCommand.Build(host),
        ProveCommand.Build(host),
        ReviewCommand.Build(host),
        SignCommand.Build(host),
        AttestCommand.Build(host),
        DrillCommand.Build(host),
        RejectCommand.Build(host),
        WithdrawCommand.Build(host),
        WaiveCommand.Build(host),
        AcceptCommand.Build(host),
        BreakGlassCommand.Build(host),
        ReportCommand.Build(host),
        UpcomingCommand.Build(host),
        RequirementsCommand.Build(host),
        CertifyCommand.Build(host),
        VerifyCommand.Build(host),
        ReplayCommand.Build(host),
        DiffCommand.Build(host),
        HistoryCommand.Build(host),
        NotifyCommand.Build(host),
        LedgerCommand.Build(host),
        KeyCommand.Build(host),
        ManifestCommand.Build(host),
        DoctorCommand.Build(host),
        VersionCommand.Build(host),
        CrashCommand.Build(),
    };
}
