using System.Globalization;
using System.Text;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>
/// Which blocks count, and up to which generation the log stands in them. A file of lines that is replaced whole: what it does not name is left over
/// from work that did not end. The last line is the checksum of the others.
/// </summary>
/// <param name="Sealed">Logs of this generation and of those before are not needed any more.</param>
/// <param name="NextBlock">The number that the next block's name has.</param>
sealed record Manifest(long Sealed, long NextBlock, IReadOnlyList<string> Blocks)
{
    public const string Name = "manifest";

    const string Passing = "manifest.part";

    /// <summary>Null: there is none.</summary>
    /// <exception cref="InvalidDataException">There is one, and it is damaged.</exception>
    public static Manifest? Read(IFiles files, string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!files.Exists(path)) return null;
        using var file = files.Open(path);
        var bytes = new byte[Math.Min(file.Length, 64 << 20)];
        file.Read(0, bytes);
        var text = Encoding.UTF8.GetString(bytes);
        var sum = text.LastIndexOf("sum ", StringComparison.Ordinal);
        if (sum < 0 || text[sum..] != Sum(text[..sum])) throw new InvalidDataException("the manifest does not match its checksum");
        var lines = text[..sum].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is not ["muster metrics 1", var logs, var next, .. var blocks] || !Number(logs, "sealed ", out var last) || !Number(next, "next ", out var number))
        {
            throw new InvalidDataException("the manifest cannot be read");
        }

        var names = Array.ConvertAll(blocks, static line => line.StartsWith("block ", StringComparison.Ordinal) ? line["block ".Length..] : "");
        // What is named is opened, and deleted when its time is over: only what lies in the folder of the blocks.
        return Array.TrueForAll(names, BlockName.IsOne) ? new(last, number, names) : throw new InvalidDataException("the manifest names what is no block");
    }

    /// <summary>Puts this in the place of the one before. It lasts only once the folder is synced: until then a power cut may bring the other back.</summary>
    /// <exception cref="IOException">The one before still holds.</exception>
    public void Write(IFiles files, string folder)
    {
        var text = new StringBuilder("muster metrics 1\n");
        text.Append(CultureInfo.InvariantCulture, $"sealed {Sealed}\nnext {NextBlock}\n");
        foreach (var block in Blocks) text.Append("block ").Append(block).Append('\n');
        text.Append(Sum(text.ToString()));
        using (var file = files.Create(Path.Combine(folder, Passing)))
        {
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            file.Sync();
        }

        files.Rename(Path.Combine(folder, Passing), Path.Combine(folder, Name));
    }

    static string Sum(string text) => string.Create(CultureInfo.InvariantCulture, $"sum {Crc.Of(Encoding.UTF8.GetBytes(text)):x8}\n");

    static bool Number(string line, string start, out long number)
    {
        number = 0;
        return line.StartsWith(start, StringComparison.Ordinal) && long.TryParse(line.AsSpan(start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
