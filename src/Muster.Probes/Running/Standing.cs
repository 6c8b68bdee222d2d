using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Where one question is looked from, and what from there is no look at all.</summary>
/// <param name="Guard">The way out from there.</param>
/// <param name="Elsewhere">The vantage, where it is not here.</param>
sealed record Standing(OutboundGuard Guard, string? Elsewhere)
{
    readonly Unseen? _nobody;

    Standing(OutboundGuard guard, string elsewhere, Unseen? nobody) : this(guard, elsewhere) => _nobody = nobody;

    public static Standing Of(string vantage, OutboundGuard guard)
    {
        if (vantage is "here" or "") return new(guard, null);
        if (Vantage.Namespace(vantage) is not { } name) return new(guard, vantage, new Unseen(Blind.NoVantage, $"no agent at the vantage \"{vantage}\""));
        var there = new NetworkNamespace(name);
        return new(guard.From(there), vantage, there.WhyNot());
    }

    /// <summary>Why this kind cannot look from there.</summary>
    public Unseen? WhyNot(Kind kind) => _nobody ?? (Elsewhere is not null && LooksHere(kind)
        ? new(Blind.NoVantage, $"the kind {kind.Name} makes no connection of its own, so that the vantage {Elsewhere} makes no difference to what it sees; ask it from here") : null);

    /// <summary>What was seen without one connection was seen here, and is no look from elsewhere.</summary>
    public Sight Counts(Sight sight, string kind, int connections) => Elsewhere is null || connections > 0 || sight.Observation is null
        ? sight
        : new() { Blind = Blind.NoVantage, Detail = $"{kind} made no connection from the vantage {Elsewhere}: what it saw, it saw here; ask it from here", Attempts = sight.Attempts };

    /// <summary>A command runs here, outside of the guard; a path is of this machine, unless the kind asks another target too.</summary>
    static bool LooksHere(Kind kind) => kind.Target == TargetShape.Command || kind.Target == TargetShape.Path && !kind.Parameters.Any(parameter => parameter.NamesTarget);
}
