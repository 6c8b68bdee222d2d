using System.CommandLine;
using Muster.Cli.Commands;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Reviewing;

/// <summary>The flags of <c>muster sign</c> for signing what was sent, on a machine without the ledger.</summary>
sealed class ReviewOptions
{
    readonly Option<string?> _review = new("--review") { Description = "Sign what this page shows, as `muster review open` wrote it; needs no ledger, and writes a signature file to send back.", HelpName = "FILE" };
    readonly Option<string?> _runnerKey = new("--runner-key") { Description = "With --review: the public key of the runner that made it, where the document does not name that runner.", HelpName = "FILE" };
    readonly Option<bool> _unknown = new("--unknown-runner") { Description = "With --review: sign although nobody vouches for the key of whoever made the page." };
    readonly Option<bool> _reject = new("--reject") { Description = "With --review: reject the gate for this release instead of signing." };
    readonly Option<string?> _because = new("--because") { Description = "With --reject: why, in a sentence.", HelpName = "TEXT" };
    readonly Option<string?> _output = new("--output", "-o") { Description = "With --review: the signature file (default: NAME.GATE.sig.intoto.jsonl).", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_review, _runnerKey, _unknown, _reject, _because, _output]) command.Add(option);
    }

    /// <summary>Null unless a page is to be signed.</summary>
    public string? Page(ParseResult parsed)
    {
        var page = parsed.GetValue(_review);
        if (page is null && (parsed.GetValue(_runnerKey) is not null || parsed.GetValue(_unknown) || parsed.GetValue(_reject) || parsed.GetValue(_because) is not null || parsed.GetValue(_output) is not null))
            throw Refusal.Usage("--runner-key, --unknown-runner, --reject, --because and -o speak of a review", "name it: --review FILE; or, with the ledger at hand: muster reject --because …");
        return page;
    }

    /// <summary>The document that the signer has, the review, and the runner's place in it.</summary>
    /// <exception cref="Refusal">The page was altered, is not believed, or is of another document.</exception>
    public Review Read(Host host, ParseResult parsed, Workspace workspace, string file)
    {
        var (review, runner) = ReviewPage.Read(host, file);
        var named = workspace.Document.Runners?.FirstOrDefault(known => known.KeyId == runner.KeyId)?.Name;
        var given = parsed.GetValue(_runnerKey) is { } key ? VerifyCommand.Key(host, key) : null;
        if (given is not null && given.KeyId != runner.KeyId) throw new Refusal(ExitCode.NotVerified, $"{file} was made by the key {runner.Fingerprint}, which is not the one that --runner-key names. Nothing was signed.", "ask whoever decides which key is theirs");
        if (named is null && given is null && !parsed.GetValue(_unknown))
            throw new Refusal(ExitCode.NotVerified, $"{file} was made by the key {runner.Fingerprint}, and the document names no such runner. Nothing was signed.", "name it in the document under `runners`; or give the key that you were handed another way: --runner-key FILE; or say --unknown-runner");
        if (review.Decision.Document != workspace.Document.Digest)
            throw Refusal.Usage($"{file} is over the document {review.Decision.Document.Short}, and the one here ({workspace.File}) is {workspace.Document.Digest.Short}", "bring your copy to the state that is to be signed, then try again");
        return review;
    }

    /// <summary>What the person says, and where it goes.</summary>
    public (Fact Fact, string File) Word(Host host, ParseResult parsed, Gate gate, Person person, string? role, Decision decision)
    {
        var file = parsed.GetValue(_output) ?? $"{person.Name}.{gate.Name}.sig.intoto.jsonl";
        var because = parsed.GetValue(_because);
        if (!parsed.GetValue(_reject))
            return because is null ? (new Fact.SignedOff(gate.Name, role!, SignOffs.Over(decision), host.Now), file) : throw Refusal.Usage("--because goes with --reject", "a signature needs no reason");
        if (string.IsNullOrWhiteSpace(because)) throw Refusal.Usage("why is it rejected?", "--because TEXT");
        return (new Fact.Rejected(gate.Name, decision.Release, because, host.Now), file);
    }

    public bool Rejects(ParseResult parsed) => parsed.GetValue(_reject);
}
