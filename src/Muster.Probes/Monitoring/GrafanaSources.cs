using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The data sources of a Grafana, by all the ways in which a panel may name one.</summary>
sealed class GrafanaSources
{
    readonly Dictionary<string, Value.Fields> _byName = new(StringComparer.Ordinal);
    readonly Value.Fields? _default;

    public GrafanaSources(Value list)
    {
        foreach (var one in list.Items())
        {
            if (one.Text("uid") is not { } uid || one.Text("type") is not { } type) continue;
            var source = Value.Of(("uid", uid), ("type", type));
            _byName[uid] = source;
            if (one.Text("name") is { } name) _byName.TryAdd(name, source);
            if (one.Truth("isDefault") == true) _default = source;
        }
    }

    public int Count => _byName.Values.Distinct().Count();

    /// <summary>What is asked: a uid, a name, nothing for the default. An expression over other queries of the panel is a source of its own.</summary>
    public Value.Fields? Find(Value? said)
    {
        var name = said is Value.Text { Is: var text } ? text : said.Text("uid");
        return name switch
        {
            null => said is null or Value.Nothing || said.Text("type") is null ? _default : Only(said.Text("type")!),
            "__expr__" => Value.Of(("uid", "__expr__"), ("type", "__expr__")),
            "default" => _byName.GetValueOrDefault(name) ?? _default,
            _ => _byName.GetValueOrDefault(name),
        };
    }

    /// <summary>The default if it is of the type, else the only one that is.</summary>
    Value.Fields? Only(string type) => _default?.Text("type") == type ? _default : _byName.Values.Distinct().Where(source => source.Text("type") == type).Take(2).ToArray() is [var only] ? only : null;
}
