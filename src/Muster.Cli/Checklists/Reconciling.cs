using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>What has become of a sentence since it was taken in.</summary>
enum Fate { Same, Moved, Changed, Added, Removed }

/// <summary>A sentence of the checklist beside the control that was made from it; one of the two is missing where it was added or removed.</summary>
sealed record Standing(Fate Fate, Control? Control, Item? Item);

/// <summary>
/// The sentences of a checklist beside the controls that name it. The same words are the same sentence, wherever they stand. Of what is left, a control and a
/// sentence belong together if at least half of their words are common to both, the likest first; or a third, where both stand alone between the same neighbours.
/// The old words are the control's title. docs/checklists.md tells the same to people.
/// </summary>
static class Reconciling
{
    const double Alike = 1 / 2d;
    const double AlikeInPlace = 1 / 3d;
    const long MostPairs = 1_000_000;

    public static ImmutableArray<Standing> Of(IEnumerable<Control> anchored, ImmutableArray<Item> items)
    {
        var controls = anchored.OrderBy(control => control.Sentence!.Line ?? int.MaxValue).ThenBy(control => control.Place!.File, StringComparer.Ordinal).ThenBy(control => control.Place!.Line).ToList();
        var pairs = new Dictionary<Control, Item>(ReferenceEqualityComparer.Instance);
        SameWords(controls, items, pairs);
        var kept = InOrder(controls, pairs);
        var same = pairs.Keys.ToHashSet(ReferenceEqualityComparer.Instance);
        Reworded(controls, items, pairs);

        var taken = pairs.ToDictionary(pair => pair.Value, pair => pair.Key, (IEqualityComparer<Item>)ReferenceEqualityComparer.Instance);
        var found = items.Select(item => taken.TryGetValue(item, out var control)
            ? new Standing(!same.Contains(control) ? Fate.Changed : kept.Contains(control) ? Fate.Same : Fate.Moved, control, item)
            : new Standing(Fate.Added, null, item));
        return [.. found, .. controls.Where(control => !pairs.ContainsKey(control)).Select(control => new Standing(Fate.Removed, control, null))];
    }

    static void SameWords(List<Control> controls, ImmutableArray<Item> items, Dictionary<Control, Item> pairs)
    {
        var sentences = items.GroupBy(item => item.Text).ToDictionary(same => same.Key, same => same.ToList());
        foreach (var same in controls.GroupBy(control => control.Sentence!.Text))
        {
            if (!sentences.TryGetValue(same.Key, out var there)) continue;
            var left = same.ToList();
            // Of the same words several times: first those of the same section and line, then of the section, then of the line, then by order.
            Pair((control, item) => control.Section == item.Section && control.Sentence!.Line == item.Line);
            Pair((control, item) => control.Section == item.Section);
            Pair((control, item) => control.Sentence!.Line == item.Line);
            Pair((_, _) => true);

            void Pair(Func<Control, Item, bool> fits)
            {
                foreach (var control in left.ToList())
                    if (there.Find(item => fits(control, item)) is { } item)
                    {
                        pairs[control] = item;
                        there.Remove(item);
                        left.Remove(control);
                    }
            }
        }
    }

    /// <summary>The most controls whose sentences still follow each other as they did: the others moved.</summary>
    static HashSet<object> InOrder(List<Control> controls, Dictionary<Control, Item> pairs)
    {
        var paired = controls.Where(pairs.ContainsKey).ToList();
        var lines = paired.ConvertAll(control => pairs[control].Line);
        var before = new int[paired.Count];
        var tails = new List<int>(); // tails[k]: the last of the best row of k + 1
        for (var i = 0; i < paired.Count; i++)
        {
            int low = 0, high = tails.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (lines[tails[middle]] < lines[i]) low = middle + 1;
                else high = middle;
            }

            before[i] = low > 0 ? tails[low - 1] : -1;
            if (low == tails.Count) tails.Add(i);
            else tails[low] = i;
        }

        var kept = new HashSet<object>(ReferenceEqualityComparer.Instance);
        for (var i = tails.Count > 0 ? tails[^1] : -1; i >= 0; i = before[i]) kept.Add(paired[i]);
        return kept;
    }

    static void Reworded(List<Control> controls, ImmutableArray<Item> items, Dictionary<Control, Item> pairs)
    {
        var taken = pairs.Values.ToHashSet((IEqualityComparer<Item>)ReferenceEqualityComparer.Instance);
        var old = controls.Where(control => !pairs.ContainsKey(control)).ToList();
        var free = items.Where(item => !taken.Contains(item)).ToList();
        foreach (var control in old.ToList())
            if (free.Find(item => item.Reference is { } name && name == control.Id) is { } named) Take(control, named);

        if ((long)old.Count * free.Count <= MostPairs)
        {
            var oldBags = old.ConvertAll(control => Bag(control.Title));
            var newBags = free.ConvertAll(item => Bag(item.Title));
            var likest = from o in Enumerable.Range(0, old.Count)
                         from n in Enumerable.Range(0, free.Count)
                         let alike = Likeness(oldBags[o], newBags[n])
                         where alike >= Alike
                         orderby alike descending, Math.Abs((old[o].Sentence!.Line ?? 0) - free[n].Line), free[n].Line, o
                         select (Control: old[o], Item: free[n]);
            foreach (var (control, item) in likest.ToList())
                if (old.Contains(control) && free.Contains(item)) Take(control, item);
        }

        foreach (var (control, item) in Alone(controls, items, pairs).ToList())
            if (Likeness(Bag(control.Title), Bag(item.Title)) >= AlikeInPlace) Take(control, item);

        void Take(Control control, Item item)
        {
            pairs[control] = item;
            old.Remove(control);
            free.Remove(item);
        }
    }

    /// <summary>One control and one sentence between the same two neighbours that did not change.</summary>
    static IEnumerable<(Control, Item)> Alone(List<Control> controls, ImmutableArray<Item> items, Dictionary<Control, Item> pairs)
    {
        var back = pairs.ToDictionary(pair => pair.Value, pair => pair.Key, (IEqualityComparer<Item>)ReferenceEqualityComparer.Instance);
        for (var i = 0; i < controls.Count; i++)
        {
            if (pairs.ContainsKey(controls[i])) continue;
            var above = i > 0 ? controls[i - 1] : null;
            var below = i + 1 < controls.Count ? controls[i + 1] : null;
            var at = above is null ? 0 : pairs.TryGetValue(above, out var item) ? items.IndexOf(item) + 1 : -1;
            if (at < 0 || at >= items.Length || back.ContainsKey(items[at])) continue;
            var next = at + 1 < items.Length ? back.GetValueOrDefault(items[at + 1]) : null;
            if (ReferenceEquals(next, below) && (next is not null || at + 1 == items.Length)) yield return (controls[i], items[at]);
        }
    }

    static Dictionary<string, int> Bag(string words)
    {
        var bag = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in words.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new string([.. word.Where(char.IsLetterOrDigit)])).Where(word => word.Length > 0))
            bag[word] = bag.GetValueOrDefault(word) + 1;
        return bag;
    }

    /// <summary>Twice what is common, over all: 1 for the same words, 0 for none.</summary>
    static double Likeness(Dictionary<string, int> one, Dictionary<string, int> other)
    {
        var all = one.Values.Sum() + other.Values.Sum();
        return all == 0 ? 0 : 2d * one.Sum(word => Math.Min(word.Value, other.GetValueOrDefault(word.Key))) / all;
    }
}
