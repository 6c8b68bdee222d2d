namespace Muster.Readiness;

/// <summary>References to secrets may stand under targets only: anywhere else they would travel into questions, evidence and reports.</summary>
static class SecretPlaces
{
    public static void Check(Source source, Problems problems)
    {
        foreach (var (key, value) in source.Keys.Map.Entries)
            if (key.Text != "targets" || source.Pack is not null) Look(value, key.Text, problems);
    }

    static void Look(YamlNode node, string path, Problems problems)
    {
        switch (node)
        {
            case YamlNode.Scalar scalar when scalar.Text.Contains("$(env:", StringComparison.Ordinal) || scalar.Text.Contains("$(file:", StringComparison.Ordinal):
                problems.Error(scalar.Place, path, "A secret stands outside of targets.", "Give the target a name under targets, put the secret there, and use the name here.");
                break;
            case YamlNode.List list:
                foreach (var item in list.Items) Look(item, path, problems);
                break;
            case YamlNode.Map map:
                foreach (var (key, value) in map.Entries)
                {
                    if (key.Text.Contains("$(", StringComparison.Ordinal)) problems.Error(key.Place, path, "A key cannot hold a placeholder.", "Put it into the value.");
                    Look(value, $"{path}.{key.Text}", problems);
                }

                break;
        }
    }
}
