using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What one look of an experiment saw at one moment.</summary>
/// <param name="Says">Why it does not hold.</param>
readonly record struct ChaosSeen(bool Holds, string? Says, Value? Identity, DateTimeOffset At, TimeSpan Took);

/// <summary>
/// A named check within an experiment: a kind, its target and what is expected, as a document writes a check of its own, <c>{ http: api, get: /orders, expect: { status: 200 } }</c>.
/// Unlike there, no answer is an answer: while a fault is on, whoever gets none is told that nothing holds.
/// </summary>
sealed class ChaosLook(string name, Asked asked, ProbeKind kind, Expectation expect)
{
    public const int Most = 50;
    const string Expect = "expect";
    readonly Step _step = new() { Kind = asked.Kind, Parameters = asked.Parameters, Expect = expect };

    public string Name => name;

    public string Kind => asked.Kind;

    /// <param name="others">Targets of the document by the names that looks call them by.</param>
    /// <param name="target">What is looked at where a look names nothing else.</param>
    public static ChaosLook Read(string name, Value? written, string parameter, Value.Fields others, Value target, TimeSpan patience, ProbeContext context)
    {
        Unseen Wrong(string says) => Given.Wrong(parameter, $"has under \"{name}\" no check that can be made: {says}");
        if (name.Length is 0 or > 80) throw Given.Wrong(parameter, "has a name that is empty or longer than 80 characters");
        if (written is not Value.Fields map) throw Wrong("write it as a check, { http: api, get: /orders, expect: { status: 200 } }");
        if (map.Where(field => field.Key != Expect && context.KindOf(field.Key) is not null).ToArray() is not [var (key, at), ..] chosen) throw Wrong($"it names no kind: {Bounded.Start(string.Join(", ", map.Select(field => field.Key)), 100)}");
        // A parameter may be named like a kind.
        if (chosen.Length > 1) (key, at) = chosen.FirstOrDefault(one => chosen.All(other => other.Key == one.Key || context.KindOf(one.Key)!.Kind.Parameters.Any(known => known.Name == other.Key)));
        if (key is null) throw Wrong("it names several kinds");
        var kind = context.KindOf(key)!;
        var parameters = at is Value.Fields inner ? inner : new Value.Fields(map.Where(field => field.Key != key && field.Key != Expect));
        if (at is Value.Fields && map.Any(field => field.Key != key && field.Key != Expect)) throw Wrong($"only \"{Expect}\" may stand beside the map of {key}");
        if (parameters.FirstOrDefault(field => field.Key != "target" && kind.Kind.Parameters.All(known => known.Name != field.Key)).Key is { } odd) throw Wrong($"{key} has no parameter \"{odd}\"");
        if (kind.Kind.Parameters.FirstOrDefault(known => known.Required && parameters[known.Name] is null) is { } missing) throw Wrong($"{key} needs \"{missing.Name}\"");
        if (kind.Kind.Parameters.Any(known => known.NamesTarget && parameters[known.Name] is not null)) throw Wrong($"{key} is asked of another target too, which no check within another can be");
        if (kind.Kind.HazardOf(parameters) == Hazard.Destructive || kind.Kind is { ReadsReport: true } or { JudgeOnly: true } or { LooksBack: true }) throw Wrong($"{key} does more than look at what is there now");
        if (kind.Kind.Target is TargetShape.Command or TargetShape.Path) context.OnlyHere($"what {key} sees; ask from here");
        var named = at is Value.Fields ? parameters["target"] : at;
        if (kind.Kind.Target != TargetShape.None)
            parameters = parameters.With("target", named switch
            {
                null or Value.Nothing or Value.Text { Is: "" } => kind.Kind.Target == TargetShape.Url ? target : throw Wrong($"{key} needs a target"),
                Value.Text text => others[text.Is] ?? Value.Of(("address", text)),
                var address => Value.Of(("address", address)),
            });
        var expect = Expecting.Of(kind.Kind, map[Expect], out var wrong);
        return wrong is null ? new(name, new("", key, parameters) { Deadline = patience }, kind, expect) : throw Wrong(wrong);
    }

    public async Task<ChaosSeen> Look(ProbeContext context, CancellationToken cancel)
    {
        var (at, ticks) = (context.Clock.GetUtcNow(), context.Clock.GetTimestamp());
        var sight = await Looking.Within(asked, kind, context, cancel);
        // Whoever may not ask, or cannot, has seen nothing of the system.
        if (sight.Blind is Blind.Refused or Blind.NoConsent or Blind.NoSecret or Blind.NoVantage or Blind.NotCapable or Blind.BadQuestion or Blind.Crashed)
            throw new Unseen(sight.Blind.Value, $"\"{name}\" could not be looked at: {sight.Detail}");
        var why = Weigh.Of(_step, sight, kind.Kind, WeighingContext.Empty) switch
        {
            Outcome.Pass => null,
            Outcome.Fail failed => failed.Says,
            Outcome.Unproven open => open.Says,
            _ => "it could not be told",
        };
        return new(why is null, why is null ? null : Bounded.Start(why, 200), Lasting(sight.Before), at, context.Clock.GetElapsedTime(ticks));
    }

    /// <summary>What outlives a restart, since an experiment may be about one.</summary>
    static Value? Lasting(Value? identity) => identity is Value.Fields fields ? fields.With("started", null).With("run_id", null) : identity;
}
