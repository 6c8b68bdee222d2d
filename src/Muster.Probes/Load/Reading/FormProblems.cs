using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Everything that is wrong with a form, each said once.</summary>
sealed class FormProblems(LoadForm form)
{
    const int Most = 200;
    readonly HashSet<(string, string)> _said = [];
    readonly List<Problem> _all = [];

    public LoadForm Form => form;

    public bool Any => _all.Count > 0;

    public void Add(string path, string says, string fix)
    {
        if (_all.Count > Most || !_said.Add((path, says))) return;
        var (place, line) = form.At(path);
        if (form.File.Length == 0 && path.Length > 0) says = $"{path}: {says}"; // nothing else would say where
        _all.Add(_all.Count == Most
            ? new(Gravity.Error, place, "", $"There are more than {Most} mistakes; the rest is not shown.", "Mend these first.", "")
            : new(Gravity.Error, place, path, says, fix, line));
    }

    public ImmutableArray<Problem> Sorted() => form.File.Length == 0 ? [.. _all] : [.. _all.OrderBy(problem => problem.Place.Line).ThenBy(problem => problem.Place.Column)];
}
