namespace Muster.Proofs.Tests;

/// <summary>What is run beside what: a lane's models go one after another, and the lanes at once.</summary>
enum Lane
{
    Usual,

    /// <summary>Those that wait for scrapes, rules and arrivals.</summary>
    Watching,

    /// <summary>Those that work most of the time.</summary>
    Working,

    /// <summary>Those that measure, and would measure what runs beside them.</summary>
    Quiet,
}
