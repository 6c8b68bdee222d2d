namespace Muster.House.Tests;

/// <summary>Names that are written to ledgers, certificates and reports. They may only grow: a name that goes makes old files unreadable.</summary>
static class FrozenNames
{
    public static IEnumerable<string> Broken(string of, string golden, IEnumerable<string> actual)
    {
        var written = golden.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var now = actual.ToList();
        foreach (var gone in written.Except(now)) yield return $"{of}: {gone} is gone, but files with it exist";
        foreach (var grown in now.Except(written)) yield return $"{of}: {grown} is new; add it to the end of the table, where it stays";
        if (!written.Intersect(now).SequenceEqual(now.Intersect(written))) yield return $"{of}: the order changed";
    }
}
