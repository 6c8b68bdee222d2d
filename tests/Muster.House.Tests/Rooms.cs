using System.Xml.Linq;

namespace Muster.House.Tests;

/// <summary>A project as its file says: which projects and packages it uses.</summary>
sealed record Project(string Path, IReadOnlyList<string> Uses, IReadOnlyList<string> Packages)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public static Project Read(string path, string xml)
    {
        var file = XDocument.Parse(xml);
        return new(path,
            [.. Included(file, "ProjectReference").Select(include => System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            [.. Included(file, "PackageReference")]);
    }

    static IEnumerable<string> Included(XDocument file, string item) => file.Descendants(item).Select(found => found.Attribute("Include")?.Value ?? "");
}

/// <summary>The rooms under src/ and who may use whom. A new room needs a page in docs/decisions/ first, and then a line here.</summary>
static class Rooms
{
    public static readonly IReadOnlyDictionary<string, string[]> MayUse = new Dictionary<string, string[]>
    {
        ["Muster.Readiness"] = [],
        ["Muster.Probes"] = ["Muster.Readiness"],
        ["Muster.Ledger"] = ["Muster.Readiness"],
        ["Muster.Telemetry"] = [],
        ["Muster.Server"] = ["Muster.Readiness", "Muster.Probes", "Muster.Ledger", "Muster.Telemetry"],
        ["Muster.Cli"] = ["Muster.Readiness", "Muster.Probes", "Muster.Ledger"],
    };

    public static IEnumerable<string> Broken(IEnumerable<Project> projects)
    {
        foreach (var project in projects)
        {
            if (!MayUse.TryGetValue(project.Name, out var allowed))
            {
                yield return $"{project.Path}: {project.Name} is not a room; say why it must be one in docs/decisions/, then add it to Rooms.cs";
                continue;
            }

            foreach (var used in project.Uses.Except(allowed)) yield return $"{project.Path}: {project.Name} may not use {used}";
        }
    }
}
