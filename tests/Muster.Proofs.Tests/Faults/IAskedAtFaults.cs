namespace Muster.Proofs.Tests;

/// <summary>How a family's kinds are asked at a peer that is none of theirs, for <see cref="FaultTests"/>. ADDRESS stands for the peer's host:port.</summary>
interface IAskedAtFaults
{
    /// <summary>Checks by names of their own, mostly the kind's: as a document would write them within <c>check: { … }</c>. A kind that asks in several ways has several.</summary>
    IReadOnlyDictionary<string, string> Asked { get; }

    /// <summary>Targets that those checks name beside a literal address, in YAML: <c>{ postgres: "postgres://…" }</c>.</summary>
    IReadOnlyDictionary<string, string> Targets => new Dictionary<string, string>();

    /// <summary>Files that those checks read, by their path beside the document.</summary>
    IReadOnlyDictionary<string, string> Files => new Dictionary<string, string>();

    /// <summary>An open port is all that these ask for, so that any peer which listens is well.</summary>
    IReadOnlyList<string> ContentWithAnOpenPort => [];

    /// <summary>These have an address for a target and ask no peer over TCP: a name server over UDP, this machine, files.</summary>
    IReadOnlyList<string> AskNoPeer => [];
}
