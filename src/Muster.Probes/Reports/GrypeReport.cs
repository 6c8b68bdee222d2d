using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Grype's JSON. It does not say how many packages it looked at; whether it knew the system is all that tells a clean scan from a blind one.</summary>
static class GrypeReport
{
    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        var root = await file.Json(cancel);
        if (root.At("matches") is not Value.Items || root.Text("descriptor", "name") != "grype") throw file.Wrong("is no report of Grype: it has no \"matches\" and no descriptor that names grype");
        if (root.At("source") is not Value.Fields source) throw file.Wrong("does not say what was scanned");
        var severities = new Severities();
        foreach (var match in root.Items("matches")) severities.Found(match.Text("vulnerability", "severity"), Named(match), match.Text("vulnerability", "fix", "state") == "fixed");
        foreach (var match in root.Items("ignoredMatches")) severities.Hidden($"{Named(match)}: {Rules(match)}");
        var database = root.At("descriptor", "db", "status") ?? root.At("descriptor", "db");
        var distro = root.Text("distro", "name");
        var made = root.Time("descriptor", "timestamp");
        var looked = distro is not null || root.Items("matches").Length + root.Items("ignoredMatches").Length > 0 || given.Truth("without_os", false);
        var seen = severities.Seen().With(("tool", "grype"), ("tool_version", root.Text("descriptor", "version")), ("type", source.Text("type")), ("scanned", source.Text("target", "userInput") ?? source.Text("target")),
            ("distro", distro is null ? null : $"{distro} {root.Text("distro", "version")}".Trim()), ("distro_known", distro is not null || given.Truth("without_os", false)),
            ("database_valid", database is null ? null : database.Truth("valid") != false && database.Text("error") is null),
            ("only_fixed", root.Truth("descriptor", "configuration", "only-fixed") == true), ("alerts", root.Items("alertsByPackage").Length));
        return new(ScannerDatabase.Seen(seen, database.Time("built"), made), looked ? 1 : 0, made)
        {
            Subjects = NamedDigests.In([.. source.Items("target", "repoDigests").Select(one => one.Text()), source.Text("target", "manifestDigest"), source.Text("target", "imageID"), source.Text("target", "userInput")]),
        };
    }

    static string Named(Value match) => $"{match.Text("vulnerability", "id")} {match.Text("artifact", "name")} {match.Text("artifact", "version")}";

    static string Rules(Value match) => string.Join(", ", match.Items("appliedIgnoreRules").Take(3).Select(rule => rule.Text("reason") ?? rule.Text("vex-status") ?? rule.Text("vulnerability") ?? rule.Text("fix-state") ?? "a rule"));
}
