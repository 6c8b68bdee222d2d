using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// JSON Schema 2020-12 of <c>muster.yaml</c>, for editors: it completes and explains. The reader is stricter, since a schema cannot follow names.
/// </summary>
public static class DocumentSchema
{
    static readonly Value.Fields Text = Type("string");
    static readonly Value.Fields Names = Value.Of(("anyOf", Value.List([Text, Value.Of(("type", "array"), ("items", Text))])));
    static readonly Value.Fields Any = Value.Fields.Empty;
    static readonly Value.Fields Duration = Value.Of(("type", "string"), ("pattern", "^[0-9.]+ ?(ms|s|m|h|d|w)$"), ("examples", Value.Texts(["24h"])));
    static readonly Value.Fields Date = Value.Of(("type", "string"), ("pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}"), ("examples", Value.Texts(["2026-03-01", "2026-03-01T09:00:00Z"])));

    static readonly Value.Fields KeyFile = Says(Text, "A PUBLIC KEY file on the curve P-256: PEM, or of SSH (ecdsa-sha2-nistp256).");

    public static Value Build(KindCatalogue kinds)
    {
        var defs = new List<KeyValuePair<string, Value>>
        {
            new("mode", Mode()), new("control", Control()), new("gate", Gate()), new("freeze", Freeze()),
            new("check", Value.Of(("anyOf", Value.List([.. kinds.All.Select(kind => Ref($"kind.{kind.Name}")), Ref("stepped")])))),
            new("step", Value.Of(("allOf", Value.List([Ref("check"), Value.Of(("required", Value.Texts(["name"])))])))),
            new("steps", Value.Of(("type", "array"), ("minItems", 1), ("maxItems", CheckReader.MostSteps), ("items", Ref("step")))),
            new("stepped", Object("Several steps as one check.", [.. Own(), new("steps", Ref("steps"))], "steps")),
        };
        defs.AddRange(kinds.All.Select(kind => KeyValuePair.Create<string, Value>($"kind.{kind.Name}", Check(kind))));
        return Object("A readiness document of Muster.", Document(), "muster", "system")
            .With("$schema", "https://json-schema.org/draft/2020-12/schema").With("title", "muster.yaml").With("$defs", new Value.Fields(defs));
    }

    static ImmutableArray<KeyValuePair<string, Value>> Document() =>
    [
        new("muster", Value.Of(("enum", Value.List([1, "1"])), ("description", "The version of the language."))), new("system", Says(Text, "A short name of the system.")), new("title", Text), new("owner", Text),
        new("include", Says(Value.Of(("anyOf", Value.List([Text, Include(), Value.Of(("type", "array"), ("items", Value.Of(("anyOf", Value.List([Text, Include()])))))]))), "Files, folders, pack:name@version.")),
        new("people", MapOf(Object("Someone who signs.", [new("roles", Names), new("key", KeyFile), new("former", Says(ListOf(Object("A key that was replaced.", [new("key", KeyFile), new("until", Date)], "key", "until")), "What these signed before they were replaced still counts."))], "roles"))),
        new("runners", Says(MapOf(Text), "Machines whose looks are live evidence, each with its PEM PUBLIC KEY file. Without any, the runner of the ledger alone.")),
        new("release", Object("What is judged.", [new("artifacts", Value.Of(("type", Value.Texts(["string", "object"])))), new("running", Object("How a running thing says which release it is.", [new("target", Text), new("path", Text), new("read", Text)], "target"))])),
        new("environments", MapOf(Nullable(Object("Where it runs.", [new("values", Type("object")), new("consent", ListOf(Enum("active", "destructive")))])))),
        new("targets", Says(MapOf(Value.Of(("type", Value.Texts(["string", "object"])))), "What checks touch; the only place for $(env:X) and $(file:X).")),
        new("vantages", MapOf(Says(Text, "here, netns: and the name of a network namespace of this machine, or agent: and the name of an agent."))),
        new("defaults", Object("What controls have unless they say otherwise.", [new("owner", Text), new("fresh", Duration), new("mode", Ref("mode")), new("severity", Severity()), new("binds", Enum("release", "environment")), new("from", Text)])),
        new("section", Text), new("controls", MapOf(Nullable(Ref("control")))), new("gates", MapOf(Ref("gate"))),
    ];

    static Value.Fields Include() => Object("A pack, with its targets named and its settings changed.", [new("pack", Text), new("with", MapOf(Any))], "pack");

    static Value.Fields Control() => Object("One line that must hold; without a check it is unmeasured.",
    [
        new("title", Text), new("section", Text), new("owner", Text), new("severity", Severity()), new("impact", Text), new("fix", Text), new("estimate", Says(Text, "1h..2h")), new("proves", Names), new("tags", Names),
        new("mode", Ref("mode")), new("override", Enum("never")), new("unreviewed", Type("boolean")), new("about", Enum("release")), new("sentence", Sentence()), .. Where(), new("each", MapOf(Value.Of(("type", "array"), ("minItems", 1)))),
        new("check", Ref("check")), new("all", MapOf(Ref("check"))), new("any", MapOf(Ref("check"))), new("steps", Ref("steps")),
        new("not_applicable", Object("Why it is not asked for.", [new("because", Text), new("approved_by", Text), new("review", Date)], "because", "approved_by", "review")),
        new("deferred", Object("Why it is not asked for yet.",
        [
            new("because", Text), new("approved_by", Text), new("until", Says(Ref("check"), "Proof that its trigger has not come.")),
            new("review", Value.Of(("anyOf", Value.List([Date, Object("A rhythm.", [new("every", Duration), new("by", Text), new("last", Date)], "every", "by")])))),
        ], "because", "review")),
    ]);

    static Value.Fields Sentence() => Object("The sentence of a checklist that it was made from; muster import writes it.",
        [new("file", Says(Text, "The checklist, relative to the document.")), new("line", Value.Of(("type", Value.Texts(["integer", "string"])))), new("text", Says(Text, "The digest of its words."))], "file", "text");

    static Value.Fields Gate() => Object("Where a promotion is decided.",
    [
        new("environment", Text), new("after", Text), new("soak", Duration), new("require", Says(Names, "all, ids, prefix.*, section:Name, tag:name")), new("proved_in", Names), new("criteria", MapOf(Names)),
        new("sign", MapOf(Value.Of(("type", "integer"), ("minimum", 1)))), new("signed_for", Duration), new("owner", Text), new("excuses", Names), new("break_glass", Names), new("override", Enum("never")),
        new("conditions", Object("What a CONDITIONAL GO leaves open.", [new("due", Duration), new("from", Enum("promotion"))])),
        new("waivers", Object("The bounds of waivers.", [new("at_most", Value.Of(("anyOf", Value.List([Duration, Object("By severity.", [.. ControlReader.Severities.ToArray().Select(severity => new KeyValuePair<string, Value>(severity, Duration)), new("otherwise", Duration)])])))), new("renewals", Value.Of(("type", "integer"), ("minimum", 0))), new("approve", Names), new("need", ListOf(Enum("compensating_control", "request")))])),
        new("freeze", Value.Of(("anyOf", Value.List([Ref("freeze"), Value.Of(("type", "array"), ("items", Ref("freeze")))])))),
    ], "environment");

    static Value.Fields Freeze() => Object("When no promotion happens.",
        [new("from", Date), new("to", Date), new("because", Text), new("zone", Says(Text, "An IANA name, as Europe/Berlin.")), new("days", ListOf(Enum("mon", "tue", "wed", "thu", "fri", "sat", "sun"))), new("hours", Says(Text, "16:00-08:00"))], "from", "to", "because");

    static Value.Fields Mode()
    {
        var word = Enum("block", "warn", "observe");
        var dated = Object("From a date on.", [new("block", Date), new("warn", Date)]).With("maxProperties", 1);
        return Value.Of(("anyOf", Value.List([word, Value.Of(("type", "array"), ("items", Value.Of(("anyOf", Value.List([word, dated])))))])));
    }

    static Value.Fields Check(Kind kind)
    {
        var parameters = kind.Parameters.Select(parameter => KeyValuePair.Create<string, Value>(parameter.Name, Parameter(parameter))).ToList();
        var inner = kind.Target == TargetShape.None ? parameters : [new("target", Any), .. parameters.Where(parameter => parameter.Key != "target")];
        var own = Says(Value.Of(("anyOf", Value.List([Type("string"), Type("array"), Object(kind.Says, [.. inner])]))), kind.Says);
        var expect = kind.Fields.Select(field => KeyValuePair.Create<string, Value>(field.Name, Says(Any, field.Says)));
        var all = new Dictionary<string, Value>(parameters);
        foreach (var (name, value) in Own()) all[name] = value;
        all["expect"] = Object("What must hold.", [.. expect]).With("patternProperties", Value.Of(("^/", Any)));
        all[kind.Name] = own;
        return Object(kind.Says, [.. all], kind.Name).With("examples", Value.Texts([kind.Example]));
    }

    static Value.Fields Parameter(Parameter parameter)
    {
        // A placeholder may stand for a value of any type, so that text is always possible.
        var type = parameter.Shape switch
        {
            Shape.Number => Value.Of(("type", Value.Texts(["number", "string"]))),
            Shape.Truth => Value.Of(("type", Value.Texts(["boolean", "string"]))),
            Shape.List => Value.Of(("type", Value.Texts(["array", "string"]))),
            Shape.Map => Value.Of(("type", Value.Texts(["object", "string"]))),
            Shape.Any => Any,
            _ => Value.Of(("type", Value.Texts(["string", "number"]))),
        };
        if (!parameter.OneOf.IsEmpty) type = type.With("examples", Value.Texts(parameter.OneOf));
        return Says(parameter.Default is { } usual ? type.With("default", usual) : type, parameter.Says);
    }

    /// <summary>What a check may say beside its kind.</summary>
    static ImmutableArray<KeyValuePair<string, Value>> Own() =>
        [.. Where(), new("deadline", Says(Duration, "How long one look may take.")), new("within", Says(Duration, "Ask again until it holds, this long.")), new("always", Type("boolean")), new("during", Says(Text, "Ask beside this earlier step, while it lasts.")), new("name", Text)];

    static ImmutableArray<KeyValuePair<string, Value>> Where() =>
    [
        new("in", Says(Text, "The environment that evidence must come from.")), new("from", Says(Text, "The vantage.")), new("fresh", Says(Duration, "How long a pass counts.")), new("binds", Enum("release", "environment")),
        new("accept", ListOf(Enum("live", "imported", "attested"))), new("population", Says(Value.Of(("type", Value.Texts(["integer", "string"]))), "The least population.")),
    ];

    static Value.Fields Severity() => Enum([.. ControlReader.Severities]);

    static Value.Fields Type(string type) => Value.Of(("type", type));

    static Value.Fields Ref(string name) => Value.Of(("$ref", $"#/$defs/{name}"));

    static Value.Fields Says(Value.Fields schema, string says) => schema.With("description", says);

    static Value.Fields Enum(params string[] words) => Value.Of(("enum", Value.Texts(words)));

    static Value.Fields ListOf(Value.Fields item) => Value.Of(("anyOf", Value.List([item, Value.Of(("type", "array"), ("items", item))])));

    static Value.Fields MapOf(Value.Fields item) => Value.Of(("type", "object"), ("additionalProperties", item));

    static Value.Fields Nullable(Value.Fields schema) => Value.Of(("anyOf", Value.List([schema, Type("null")])));

    static Value.Fields Object(string says, ImmutableArray<KeyValuePair<string, Value>> properties, params ReadOnlySpan<string> required) => Value.Of(
        ("type", "object"), ("description", says), ("properties", new Value.Fields(properties)), ("required", Value.Texts(required.ToArray())), ("additionalProperties", false));
}
