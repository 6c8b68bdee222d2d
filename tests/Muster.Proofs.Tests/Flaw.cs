using Muster.Cli;
using Muster.Cli.Tests;
namespace Muster.Proofs.Tests;

/// <summary>What is wrong with a model's system while a line of the catalogue is not proven.</summary>
/// <param name="Line">The line that must lose its proof.</param>
/// <param name="Model">The document under catalogue/models that proves it.</param>
/// <param name="Says">The flaw, in words.</param>
/// <param name="Launch">The launch whose faulty twin takes the place of the one that is well; null where the flaw is in the system itself.</param>
/// <param name="Under">Controls under a control of kind <c>states</c>, which are what is asked.</param>
/// <param name="Becomes">The state of the line then.</param>
sealed record Flaw(string Line, string Model, string Says, string? Launch = null, string? Under = null, string Becomes = "failed")
{
    const string Observability = "observability-platform", Vectors = "vector-database", Web = "web-application", Graph = "graph-platform", Gpu = "gpu-cloud";

    public static IReadOnlyList<string> Models { get; } = [Observability, Vectors, Web, Graph, Gpu];

    public static IReadOnlyList<Flaw> All { get; } =
    [
        new("CG-22", Observability, "a package has no artifact", Under: "package.*"),
        new("CG-25", Observability, "an image stands in the manifest without its digest"),
        new("CG-31", Observability, "one of the public hosts shows an expired certificate"),
        new("CG-35", Observability, "every test of the retention suite was skipped", Becomes: "unproven"),
        new("CG-42", Observability, "a target has no unit"),
        new("CG-47", Observability, "the protected page is served to a stranger"),
        new("CG-81", Observability, "a task skipped a source, and ended well"),
        new("CG-87", Observability, "logs can be read at a plain path"),
        new("CG-88", Observability, "the test of the architecture found an aggregation"),
        new("AI-01", Vectors, "the gate of production comes after none", "promotion"),
        new("AI-07", Vectors, "the configuration is no part of the release", "staged"),
        new("AI-26", Vectors, "one of the script's checks did not hold, and the script ended well"),
        new("AI-28", Vectors, "there is no experiment to rehearse"),
        new("AI-33", Vectors, "one step of the candidate did not pass", Under: "candidate.*"),
        new("AI-36", Vectors, "the plaintext port is open"),
        new("AI-49", Vectors, "the gateway lets a write through"),
        new("AI-55", Vectors, "a service of one region has no target for its recovery time"),
        new("AI-57", Vectors, "another release runs in one region"),
        new("AI-63", Vectors, "one region has no record", Under: "record.*"),
        new("GR-01", Web, "somebody signed who had attested what is signed", "signed"),
        new("GR-02", Web, "the published summary was typed, and says more than the rows"),
        new("GR-03", Web, "a condition is past its deadline", "conditional"),
        new("GR-12", Web, "a row of one section failed", "sections"),
        new("GR-44", Web, "the edge's certificate has expired"),
        new("GR-53", Web, "one item has no estimate", "blocking"),
        new("GR-54", Web, "one item has no check", "critical"),
        new("GR-55", Web, "one of ten criteria does not pass", "matrix"),
        new("GR-56", Web, "the gate may be overridden, and somebody did", "nine"),
        new("GR-57", Web, "the published status was typed, and is not the verdict"),
        new("GR-58", Web, "one item has no estimate, so that the sum is not all", "estimated"),
        new("GR-59", Web, "one blocker does not say what it may lead to", "consequences"),
        new("GR-60", Web, "one blocker has no severity", "risks"),
        new("GR-61", Web, "the gate opens on the recommendation, without anybody's decision", "advice"),
        new("GR-63", Web, "something got worse after it was signed", "approved"),
        new("GR-64", Web, "the document was changed and is not what was published", "version"),
        new("GR-65", Web, "one row has no evidence", "whole"),
        new("GR-66", Web, "the control takes staging's evidence", "places"),
        new("SU-02", Graph, "the example settings are missing"),
        new("SU-04", Graph, "the user interface answers with an error"),
        new("SU-06", Graph, "another page is served with 200"),
        new("SU-07", Graph, "the gateway answers 200 and is degraded"),
        new("SU-14", Graph, "one of two replicas is not ready"),
        new("SU-22", Graph, "a workload answers though its flag is off"),
        new("SU-23", Graph, "the ingress shows a certificate of a stranger's authority"),
        new("SU-30", Graph, "a tool is missing, and the script ended well"),
        new("SU-31", Graph, "the gateway never answers, and patience ends"),
        new("SU-44", Graph, "a foreign way back is taken"),
        new("SU-48", Graph, "an integration answers though its toggle is off"),
        new("SU-49", Graph, "the secret was renewed and the ingress shows the old certificate"),
        new("SU-57", Graph, "the newest backup is not what its digest says", Under: "backup.*"),
        new("SU-59", Graph, "the query is refused after it was resolved"),
        new("SU-60", Graph, "the detailed page says that the strategy is none"),
        new("SU-65", Graph, "the bootstrap complains, and ends well"),
        new("SU-67", Graph, "the script prints that all is well and looked at nothing"),
        new("SU-68", Graph, "resetting is refused"),
        new("SU-69", Graph, "one replica has lost a dependency and is ready all the same"),
        new("PB-01", Gpu, "nobody may approve that something is deferred", "deferred"),
        new("PB-22", Gpu, "the trigger of a deferral has come", "trigger"),
        new("PB-24", Gpu, "plain HTTP is served"),
        new("PB-57", Gpu, "nothing was validated in staging", "everywhere"),
    ];
}
