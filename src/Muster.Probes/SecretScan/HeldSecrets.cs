using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A secret by its name. Its value is only measured: it goes into no observation, message or error.</summary>
sealed record HeldSecret(string Name, string Value)
{
    public bool IsSet => Value.Length > 0;
}

/// <summary>The secrets that a machine holds: the secret settings of a file, a file that is one secret, or a folder of such files, as container platforms mount them.</summary>
static class HeldSecrets
{
    public const int Most = 100;
    const int MostBytes = 64 * 1024;
    const int LeastHidden = 12;

    /// <summary>The parameters that <see cref="Read"/> takes.</summary>
    public static readonly Parameter[] Parameters =
    [
        new("keys", Shape.List, "The secrets that are meant, by name; each must be there. Unless said, of a file all settings whose name says that they are secret, of a folder all files."),
        new("whole", Shape.Truth, "The file is one secret, and no file of settings.") { Default = false },
    ];

    /// <param name="path">Relative to the document.</param>
    /// <returns>The secrets by name, and of the keys that were named, those that are not there.</returns>
    public static async Task<(ImmutableArray<HeldSecret> Held, ImmutableArray<string> Missing)> Read(string path, ImmutableArray<string> keys, bool whole, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, path, context.MayLeaveFolder, itself: true);
        var held = Directory.Exists(place) ? await Folder(place, keys, cancel)
            : !File.Exists(place) ? throw new Unseen(Blind.Unreadable, $"{path} is not there")
            : whole ? [new(Path.GetFileName(place), await Whole(place, cancel))]
            : await Settings(place, path, keys, cancel);
        if (held.Count > Most) throw new Unseen(Blind.TooLarge, $"{path} holds more than {Most} secrets; name some of them with \"keys\", in several controls");
        foreach (var one in held.Where(one => one.Value.Length >= LeastHidden)) context.Hide(one.Value);
        return ([.. held.OrderBy(one => one.Name, StringComparer.Ordinal)], [.. keys.Where(key => held.TrueForAll(one => one.Name != key && !one.Name.StartsWith(key + ", line ", StringComparison.Ordinal)))]);
    }

    /// <summary>Every setting of a file, or every file of a folder, whatever it is called: what a secret may be compared with.</summary>
    public static async Task<ImmutableArray<HeldSecret>> Everything(string path, bool whole, ProbeContext context, CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, path, context.MayLeaveFolder, itself: true);
        if (whole || !File.Exists(place)) return (await Read(path, [], whole, context, cancel)).Held;
        return [.. (await SettingsFile.Read(place, path, cancel)).Settings.Where(one => one.Refers is null && one.Text is { Length: > 0 }).Select(one => new HeldSecret(one.Name, one.Text!))];
    }

    static async Task<List<HeldSecret>> Folder(string place, ImmutableArray<string> keys, CancellationToken cancel)
    {
        var held = new List<HeldSecret>();
        // Kubernetes mounts each key as a link into a folder whose name begins with two dots.
        foreach (var file in new DirectoryInfo(place).EnumerateFiles().Where(file => !file.Name.StartsWith('.') && (keys.IsEmpty ? !SecretNames.IsOpen(file.Name) : keys.Contains(file.Name))).Take(Most + 1))
            held.Add(new(file.Name, await Whole(file.FullName, cancel)));
        return held;
    }

    static async Task<List<HeldSecret>> Settings(string place, string name, ImmutableArray<string> keys, CancellationToken cancel)
    {
        var (settings, _) = await SettingsFile.Read(place, name, cancel);
        return
        [
            .. settings.Where(one => one.Refers is null && (keys.IsEmpty ? SettingsFile.IsSecret(one.Name, keys) : keys.Contains(one.Name)))
                .GroupBy(one => one.Name).SelectMany(same => !SettingsFile.IsStructured(name) || same.Count() == 1
                    ? [new HeldSecret(same.Key, same.Last().Text ?? "")] // In an env file the last word counts, as where it is read.
                    : same.Select(one => new HeldSecret(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{same.Key}, line {one.Line}"), one.Text ?? ""))),
        ];
    }

    static async Task<string> Whole(string place, CancellationToken cancel)
    {
        try
        {
            // Away from the caller: a pipe is opened for as long as nobody writes to it.
            return await Task.Run(async () =>
            {
                await using var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
                var bytes = new byte[MostBytes + 1];
                var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
                return read > MostBytes ? throw new Unseen(Blind.TooLarge, $"{Path.GetFileName(place)} has more than {MostBytes} bytes") : Encoding.Latin1.GetString(bytes, 0, read).TrimEnd('\r', '\n');
            }, cancel).WaitAsync(cancel);
        }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{Path.GetFileName(place)} may not be read by this user"); }
    }
}
