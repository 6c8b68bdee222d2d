namespace Muster.House.Tests;

/// <summary>A wall holds when nothing is broken; else every breach is shown in full, since the list is what one works from.</summary>
static class Wall
{
    public static void Holds(IEnumerable<string> broken)
    {
        var all = broken.ToList();
        if (all.Count > 0) Assert.Fail(string.Join('\n', all));
    }
}
