using System.Collections.Immutable;
using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What a waiver says, as `waive` and `waive request` both take it: exactly what fails now, for a time, for this release unless others are named.</summary>
sealed class Waivable
{
    readonly Argument<string> _control = new("CONTROL") { Description = "The control's id." };
    readonly Option<string> _because = CommonOptions.Because();
    readonly Option<string?> _compensating = new("--compensating-control") { Description = "What holds the risk down meanwhile.", HelpName = "TEXT" };
    readonly Option<string> _lasts = new("--for") { Description = "How long it lasts, as 7d.", Required = true, HelpName = "DURATION" };
    readonly Option<bool> _unproven = new("--covers-unproven") { Description = "It also covers the control being unproven." };
    readonly Option<string[]> _matchers = new("--matchers") { Description = "What may fail, of what fails now (default: all of it).", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    readonly Option<string[]> _releases = new("--releases") { Description = "The releases that it is for: digests or manifest files (default: this one). There is no way to say all.", HelpName = "FILE|DIGEST", AllowMultipleArgumentsPerToken = true };
    readonly Option<string?> _owner = new("--owner") { Description = "Who closes the condition that it leaves: a person or a role (default: the control's owner, else the gate's).", HelpName = "NAME" };
    readonly Option<string?> _gate = CommonOptions.Gate();
    readonly Option<string?> _release = CommonOptions.Release();

    public void AddTo(Command command)
    {
        command.Add(_control);
        foreach (var option in (Option[])[_because, _compensating, _lasts, _unproven, _matchers, _releases, _owner, _gate, _release]) command.Add(option);
    }

    public Gate Gate(Session session, ParseResult parsed) => session.Workspace.Gate(parsed.GetValue(_gate));

    public Release Release(Session session, ParseResult parsed) => session.Release(parsed.GetValue(_release));

    /// <exception cref="Refusal">There is nothing to waive, or not so.</exception>
    public Waiver Read(Host host, Session session, ParseResult parsed, Person requester)
    {
        var control = session.Workspace.Control(parsed.GetValue(_control)!);
        var (gate, target) = (Gate(session, parsed), Release(session, parsed));
        var before = session.Decide(gate, target);
        var shown = before.Controls.FirstOrDefault(one => one.Id == control.Id) ?? throw Refusal.Usage($"the gate {gate.Name} does not require {control.Id}", "name a gate that does: --gate NAME");
        if (shown.State == State.Met) throw Refusal.Usage($"{control.Id} is met; there is nothing to waive", "`muster gate` shows what is not met");
        var unproven = parsed.GetValue(_unproven);
        if (shown.State != State.Failed && !unproven) throw Refusal.Usage($"{control.Id} is {shown.State.ToString().ToLowerInvariant()}, not failed", "find out first: `muster check`; or say --covers-unproven");
        return new()
        {
            Control = control.Id, ControlText = control.Digest, Environment = before.Environment, Releases = Releases(session, parsed, target), Matchers = Matchers(parsed, shown),
            CoversUnproven = unproven, Requester = requester.Name, Because = parsed.GetValue(_because)!, CompensatingControl = parsed.GetValue(_compensating), Owner = Owner(session, parsed),
            From = host.Now, Expires = host.Now + Durations.Read(parsed.GetValue(_lasts)!, "--for"),
        };
    }

    ImmutableArray<string> Matchers(ParseResult parsed, ControlShown shown)
    {
        ImmutableArray<string> failing = [.. shown.Parts.SelectMany(part => part.Compared).Where(one => one.Holds == false).Select(one => one.Name).Distinct().Order(StringComparer.Ordinal)];
        if (parsed.GetValue(_matchers) is not { Length: > 0 } named) return failing;
        foreach (var name in named.Where(name => !failing.Contains(name)))
            throw Refusal.Usage($"nothing named {name} fails in {shown.Id}", failing.IsEmpty ? "nothing fails now; leave --matchers out" : $"what fails now: {string.Join("; ", failing)}");
        return [.. named.Distinct().Order(StringComparer.Ordinal)];
    }

    ImmutableArray<Digest> Releases(Session session, ParseResult parsed, Release target)
    {
        if (parsed.GetValue(_releases) is not { Length: > 0 } named) return [target.Digest];
        if (named.Contains("all") || named.Contains("*")) throw Refusal.Usage("a waiver is for releases that are named", "name each: its digest or its manifest file");
        return [.. named.Select(one => session.Release(one).Digest).Distinct()];
    }

    string? Owner(Session session, ParseResult parsed)
    {
        if (parsed.GetValue(_owner) is not { } owner) return null;
        var known = session.Document.People.SelectMany(person => person.Roles.Add(person.Name)).Distinct().ToList();
        return known.Contains(owner) ? owner : throw Refusal.Usage($"{owner} is neither a person nor a role", Suggestion.Among(known, owner, "name somebody under `people:`"));
    }
}
