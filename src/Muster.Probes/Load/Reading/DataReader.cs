using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads <c>data</c>: CSV with a header row, or a JSON list of maps. Whole and bounded, before the run.</summary>
static class DataReader
{
    const int LargestFile = 64 << 20;

    // A tree of values takes many times its text.
    const int LargestJson = 16 << 20;
    const long MostHeld = 512L << 20;
    const int MostFiles = 20;

    public static List<DataFile> Read(FormKeys? keys, PlanScope plan)
    {
        var read = new List<DataFile>();
        if (keys is null) return read;
        if (keys.Fields.Count > MostFiles) keys.Wrong("", $"There are {keys.Fields.Count} data files.", $"Write at most {MostFiles}.");
        foreach (var (name, value) in keys.Fields.Take(MostFiles))
        {
            var at = keys.At(name);
            if (!ScenarioReader.IsName(name) || name.Contains('.', StringComparison.Ordinal)) plan.Problems.Add(at, $"\"{Bounded.Start(name, 80)}\" cannot be the name of data.", "Use up to 64 letters, digits, \"_\" and \"-\".");
            else if (File(value, at, plan) is var (file, shuffled) && Table(file, at, plan) is var (columns, rows)) read.Add(new(name, columns, rows, shuffled));
            else read.Add(new(name, [], [], false)); // known, so that its placeholders find it
        }

        return read;
    }

    /// <summary>Counts bytes that the plan will hold; false, and said, if they are too many.</summary>
    public static bool Holds(PlanScope plan, long bytes, string at)
    {
        plan.Held += bytes;
        if (plan.Held <= MostHeld) return true;
        plan.Problems.Add(at, $"The files of the plan are larger than {Quantity.Show(MostHeld, Shape.Size)} together.", "Use smaller ones.");
        return false;
    }

    static (string File, bool Shuffled)? File(Value value, string at, PlanScope plan)
    {
        if (value is Value.Text { Is: var alone }) return (alone, false);
        if (FormKeys.Map(value, at, plan.Problems) is not { } keys) return null;
        var (file, order) = (keys.Text("file"), keys.Word("order", "in_turn", "shuffled"));
        keys.Done("data");
        if (!keys.Has("file")) keys.Wrong("", "\"file\" is missing.", "Write { file: users.csv, order: shuffled }.");
        return file is null ? null : (file, order == "shuffled");
    }

    static (string[] Columns, string[][] Rows)? Table(string name, string at, PlanScope plan)
    {
        if (plan.Tables.TryGetValue(name, out var known)) return known;
        var json = name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var (bytes, why) = plan.Folder.Read(name, json ? LargestJson : LargestFile);
        if (bytes is null)
        {
            plan.Problems.Add(at, why, "Name a CSV file with a header row, or a JSON file with a list of maps, beside the scenario.");
            return null;
        }

        if (!Holds(plan, bytes.Length, at)) return null;
        try
        {
            return plan.Tables[name] = json ? DataTable.Json(bytes) : DataTable.Csv(bytes);
        }
        catch (FormatException unread)
        {
            plan.Problems.Add(at, $"\"{name}\" is of no use: {unread.Message}.", json ? "Write a list of maps that all have the same keys." : "Write a header row, and each row with as many fields (RFC 4180).");
            return null;
        }
    }
}
