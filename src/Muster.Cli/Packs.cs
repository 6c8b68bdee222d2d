using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The packs that ship inside the executable: <c>packs/NAME@VERSION.yaml</c>.</summary>
static class Packs
{
    const string Place = "packs/", Ending = ".yaml";

    /// <summary>Each as <c>name@version</c>, by name, the newest version last.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Packs).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Place, StringComparison.Ordinal)).Select(name => name[Place.Length..^Ending.Length])
            .OrderBy(name => name.Split('@')[0], StringComparer.Ordinal).ThenBy(name => int.Parse(name.Split('@')[1], System.Globalization.CultureInfo.InvariantCulture)),
    ];

    public static Fetched Fetch(string name)
    {
        using var stream = typeof(Packs).Assembly.GetManifestResourceStream(Place + name + Ending);
        if (stream is null) return new Fetched.Missing();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new Fetched.File(bytes.ToArray());
    }
}
