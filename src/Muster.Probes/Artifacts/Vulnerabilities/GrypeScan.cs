using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Vulnerabilities in Grype's JSON. It does not list the packages that it looked at; only those with a match are known.</summary>
static class GrypeScan
{
    /// <summary>Systems of which its database knows vulnerabilities. Of another system nothing tells whether its packages were looked up.</summary>
    static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "alpine", "debian", "ubuntu", "redhat", "rhel", "centos", "almalinux", "rockylinux", "rocky", "oraclelinux", "ol", "amazonlinux", "amzn", "sles", "opensuse-leap", "mariner", "azurelinux", "wolfi", "chainguard", "photon", "fedora",
    };

    public static Scan Read(Value root, ReportFile file, Given given)
    {
        if (root.At("matches") is not Value.Items) throw file.Wrong("is of Grype and has no \"matches\"");
        if (root.At("source") is not Value.Fields source) throw file.Wrong("does not say what was scanned");
        var database = root.At("descriptor", "db", "status") ?? root.At("descriptor", "db");
        if (database.Truth("valid") == false || database.Text("error") is not null) throw file.Wrong("says itself that the scanner's database was not in order, so that what it did not find proves nothing");
        ImmutableArray<Value> matches = root.Items("matches"), ignored = root.Items("ignoredMatches");
        var distro = root.Text("distro", "name");
        return new("grype", root.Text("descriptor", "version"), root.Time("descriptor", "timestamp"), matches.Concat(ignored).Select(one => (one.Text("artifact", "name"), one.Text("artifact", "version"), one.Text("artifact", "purl"))).Distinct().Count(),
            [.. matches.Select(Of)],
            NamedDigests.In([.. source.Items("target", "repoDigests").Select(one => one.Text()), source.Text("target", "manifestDigest"), source.Text("target", "imageID"), source.Text("target", "userInput"), source.Text("target")]))
        {
            Suppressed = [.. ignored.Select(Of)],
            DatabaseBuilt = database.Time("built"),
            Scanned = source.Text("target", "userInput") ?? source.Text("target"),
            Os = distro is null ? null : $"{distro} {root.Text("distro", "version")}".Trim(),
            OsSupported = Alerts(root, "distro-unknown", "distro-disabled") == true ? false : distro is not null ? Known.Contains(distro) || matches.Concat(ignored).Any(IsOfSystem) ? true : null : given.Truth("without_os", false),
            OsEndOfLife = Alerts(root, "distro-eol"),
        };
    }

    /// <summary>Whether it says of some package that it may know too little, for one of these reasons; null where it says nothing of that.</summary>
    static bool? Alerts(Value root, params string[] reasons) =>
        root.At("alertsByPackage") is Value.Items alerts ? alerts.Are.Any(one => one.Items("alerts").Any(alert => reasons.Contains(alert.Text("type")))) : null;

    static bool IsOfSystem(Value match) => match.Text("artifact", "type") is "deb" or "rpm" or "apk";

    static Finding Of(Value match) => new([.. ((string?[])[match.Text("vulnerability", "id"), .. match.Items("relatedVulnerabilities").Select(one => one.Text("id"))]).OfType<string>().Distinct()],
        match.Text("artifact", "name") ?? "(without a name)", match.Text("artifact", "version"), match.Text("artifact", "purl"), match.Text("vulnerability", "severity"),
        match.Text("vulnerability", "fix", "state") == "fixed" ? match.Items("vulnerability", "fix", "versions") is [var first, ..] ? first.Text() ?? "a later version" : "a later version" : null);
}
