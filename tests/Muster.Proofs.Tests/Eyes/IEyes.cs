namespace Muster.Proofs.Tests;

/// <summary>What is run beside what: a lane's models go one after another, and the lanes at once.</summary>
enum Lane
{
    Usual,

    /// <summary>Something is taken away and comes back.</summary>
    Outages,

    /// <summary>Something ends in order, or is shut out.</summary>
    Draining,

    /// <summary>Those that wait for scrapes, rules and arrivals.</summary>
    Watching,

    /// <summary>Those that work most of the time.</summary>
    Working,

    /// <summary>Those that read what lies there.</summary>
    Reading,

    /// <summary>Those that measure, and would measure what runs beside them.</summary>
    Quiet,
}

/// <summary>
/// A model document over real servers, catalogue/models/eyes/NAME.yaml: the lines of the catalogue that its controls prove, and for each what is really broken while it is not proven.
/// It is made without starting anything, since the documentation lists what it proves.
/// </summary>
interface IEyes : IAsyncDisposable
{
    /// <summary>The file's name without its ending.</summary>
    string Name { get; }

    Lane Lane => Lane.Usual;

    IReadOnlyList<Break> Breaks { get; }

    /// <summary>Starts what is looked at, all of it well, and writes what the document reads (secrets, trusted roots) into the folder that it will be checked in.</summary>
    /// <returns>What stands in place of the values of that name in the document's environment: ports, mostly. They are written there as numbers of five digits.</returns>
    Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel);
}

/// <summary>What is really broken while these lines are not proven, and how it is mended.</summary>
/// <param name="Lines">Each line that must lose its proof; several where one fault is about all of them.</param>
/// <param name="Says">The fault, in words: "an exporter is stopped".</param>
/// <param name="Plant">Returns when it is there to be seen.</param>
/// <param name="Mend">Returns when all is well again.</param>
/// <param name="Becomes">The state of the lines then.</param>
/// <param name="Later">How much time has gone by since the last look: nobody looks again before the lines are asked for.</param>
sealed record Break(string[] Lines, string Says, Func<CancellationToken, Task> Plant, Func<CancellationToken, Task> Mend, string Becomes = "failed", TimeSpan Later = default);
