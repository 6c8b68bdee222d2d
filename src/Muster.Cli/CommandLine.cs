using System.CommandLine;
using System.CommandLine.Help;
using Muster.Cli.Commands;
using Muster.Ledger;

namespace Muster.Cli;

/// <summary>Words to a command, and whatever happens to an exit code and a sentence.</summary>
static class CommandLine
{
    public static async Task<int> Run(string[] words, Host host)
    {
        // The commonest question of scripts and of `time`, answered without building the command tree.
        if (words is ["version"] or ["--version"]) return VersionCommand.Print(host);

        try
        {
            var parsed = Root(host).Parse(words);
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            {
                foreach (var error in parsed.Errors) host.Talk.WriteLine($"muster: {error.Message}");
                host.Talk.WriteLine($"  Fix: muster {string.Join(' ', parsed.CommandResult.Command.Parents.Any() ? [parsed.CommandResult.Command.Name, "--help"] : ["--help"])}");
                return ExitCode.BadInput;
            }

            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = host.Data, Error = host.Talk }, host.Cancel);
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
        catch (IOException broken) when (broken.HResult == 32 || broken.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            return ExitCode.Interrupted; // the reader of our output has gone: nobody is left to tell
        }
        catch (Exception bug)
        {
            host.Talk.WriteLine($"muster: internal error: {bug.GetType().Name}: {bug.Message}");
            if (host.Variable("MUSTER_DEBUG") is not null) host.Talk.WriteLine(bug.ToString());
            else host.Talk.WriteLine("  This is a bug of Muster's. Run again with MUSTER_DEBUG=1 for its place.");
            return ExitCode.Internal;
        }
        finally
        {
            try { host.Data.Flush(); }
            catch (IOException) when (host.Variable("MUSTER_DEBUG") is null) { /* a closed pipe: said above, or nobody listens */ }
        }
    }

    static int Tell(Host host, Refusal refusal)
    {
        host.Talk.WriteLine($"muster: {refusal.Message}");
        if (refusal.Fix is { } fix) host.Talk.WriteLine($"  Fix: {fix}");
        return refusal.ExitCode;
    }

    static RootCommand Root(Host host) => new("Turns a production-readiness document into a live launch gate that opens only on fresh, verifiable evidence.")
    {
        DemoCommand.Build(host),
        InitCommand.Build(host),
        LintCommand.Build(host),
        SchemaCommand.Build(host),
        PlanCommand.Build(host),
        KindsCommand.Build(host),
        TryCommand.Build(host),
        CheckCommand.Build(host),
        GateCommand.Build(host),
        WhyCommand.Build(host),
        ProveCommand.Build(host),
        SignCommand.Build(host),
        AttestCommand.Build(host),
        RejectCommand.Build(host),
        WithdrawCommand.Build(host),
        WaiveCommand.Build(host),
        AcceptCommand.Build(host),
        BreakGlassCommand.Build(host),
        ReportCommand.Build(host),
        CertifyCommand.Build(host),
        VerifyCommand.Build(host),
        ReplayCommand.Build(host),
        LedgerCommand.Build(host),
        KeyCommand.Build(host),
        DoctorCommand.Build(host),
        VersionCommand.Build(host),
    };
}
