using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

static class FileProbe
{
    const long MostRead = 16 * 1024 * 1024;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var name = given.Target;
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"{name} is a folder");
        if (!File.Exists(place)) return new() { Observation = Value.Of(("exists", false)), Population = 1 };
        try
        {
            await using var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            return await Look(file, name, given, cancel);
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (FileNotFoundException) { return new() { Observation = Value.Of(("exists", false)), Population = 1 }; }
    }

    static async Task<Sight> Look(FileStream file, string name, Given given, CancellationToken cancel)
    {
        var modified = File.GetLastWriteTimeUtc(file.SafeFileHandle);
        var seen = Value.Of(("exists", true), ("modified", new DateTimeOffset(modified, TimeSpan.Zero)));
        var read = given.Text("read");
        if (file.Length > MostRead)
        {
            if (read is not null) throw new Unseen(Blind.TooLarge, $"{name} has {file.Length} bytes, more than the {MostRead} that are read");
            seen = seen.With("size", file.Length).With("sha256", "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)));
            return Shown(seen, 1);
        }

        var bytes = await All(file, name, cancel);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        seen = seen.With("size", bytes.Length).With("sha256", digest);
        var how = given.Text("as") ?? Path.GetExtension(name).ToLowerInvariant() switch { ".json" => "json", ".yaml" or ".yml" => "yaml", _ => "text" };
        var text = HttpProbe.Text(bytes);
        if (how == "text")
        {
            if (read is not null) throw Given.Wrong("read", $"needs JSON or YAML, and {name} is read as text; say \"as: json\" or \"as: yaml\"");
            return Shown(text is null ? seen : seen.With("text", text), 1);
        }

        var tree = FileTree.Read(how, bytes, name);
        seen = seen.With("json", tree);
        if (text is not null) seen = seen.With("text", text);
        if (read is null) return Shown(seen, 1);
        var found = JsonPointer.Find(tree, read);
        return Shown(seen.With("value", found), found switch { null => 0, Value.Items items => items.Are.Length, _ => 1 });
    }

    /// <summary>At most the bound even if the file grows while it is read.</summary>
    static async Task<byte[]> All(FileStream file, string name, CancellationToken cancel)
    {
        using var held = new MemoryStream((int)file.Length);
        var buffer = new byte[64 * 1024];
        for (int got; (got = await file.ReadAsync(buffer, cancel)) > 0;)
        {
            if (held.Length + got > MostRead) throw new Unseen(Blind.TooLarge, $"{name} grows beyond {MostRead} bytes while it is read");
            held.Write(buffer, 0, got);
        }

        return held.ToArray();
    }

    /// <summary>Its own digest is no identity: a value that changed is what a check is about, not another target.</summary>
    static Sight Shown(Value.Fields seen, long population) => new() { Observation = seen, Population = population };
}
