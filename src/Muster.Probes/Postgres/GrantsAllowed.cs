using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The rights that a document allows: <c>{ orders: [ SELECT, INSERT ], "reports.*": [ SELECT ], "sequence orders_id_seq": [ USAGE ], database: [ TEMPORARY ] }</c>. Everything else is not allowed.
/// </summary>
sealed class GrantsAllowed
{
    readonly List<(string Kind, string Schema, string Name, string Right)> _rules = [];
    readonly HashSet<int> _used = [];

    public static GrantsAllowed Read(Value? allowed)
    {
        var read = new GrantsAllowed();
        if (allowed is not Value.Fields map) throw Given.Wrong("allowed", "is no map of objects to the rights that are allowed; write {} if none is");
        foreach (var (written, rights) in map)
        {
            var (kind, name) = written.Split(' ', 2) is [("table" or "sequence" or "schema" or "function" or "role") and var of, var rest] ? (of, rest) : written is "database" or "attributes" ? (written, "") : ("table", written);
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var (schema, local) = kind is "schema" or "database" or "role" or "attributes" ? (name, "") : dot > 0 ? (name[..dot], name[(dot + 1)..]) : ("public", name);
            foreach (var right in rights is Value.Items items ? items.Are : [rights])
                read._rules.Add((kind, schema, local, right is Value.Text text ? text.Is.ToUpperInvariant() : throw Given.Wrong("allowed", $"has no list of rights for {written}")));
        }

        return read;
    }

    public bool Has(string kind, string schema, string name, string right)
    {
        var found = false;
        for (var i = 0; i < _rules.Count; i++)
        {
            var rule = _rules[i];
            if (rule.Kind != kind || rule.Right != right || kind != "database" && rule.Schema != schema && rule.Schema != "*" || rule.Name != name && rule.Name != "*") continue;
            _used.Add(i);
            found = true;
        }

        return found;
    }

    /// <summary>A right to something within a schema is worth nothing without the right to use the schema.</summary>
    public bool NeedsSchema(string schema) => _rules.Any(rule => rule.Kind is "table" or "sequence" or "function" && (rule.Schema == schema || rule.Schema == "*"));

    /// <summary>Rules that were about nothing there is.</summary>
    public IEnumerable<string> Unused() => _rules.Where((_, i) => !_used.Contains(i)).Select(rule => Shown(rule.Kind, rule.Schema, rule.Name, rule.Right));

    public static string Shown(string kind, string schema, string name, string right) => kind switch
    {
        "table" => $"{schema}.{name} {right}",
        "database" => $"database {right}",
        "attributes" => $"attributes {right}",
        _ when name.Length == 0 => $"{kind} {schema} {right}",
        _ => $"{kind} {schema}.{name} {right}",
    };
}
