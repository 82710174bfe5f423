//! The reference of the language in Markdown, drawn from the same tables as the checks and the schema.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::codes;
use crate::grammar::{DOCUMENT, Field, Presence, Table, Value};

const HEAD: &str = "# The keys of a blueprint

Generated from the tables that the reader of blueprints uses: `cargo xtask generate` writes it anew.
What the values mean together is told in [the guide to the language](../blueprint.md).
";

/// Returns the page, as it stands in `docs/reference/blueprint.md`.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    let mut todo = vec![(String::new(), &DOCUMENT)];
    let mut written: BTreeMap<&str, String> = BTreeMap::new();
    while let Some((path, table)) = todo.pop() {
        // Tables of SageMaker's API lie deep, and many of them stand in several places.
        if let Some(first) = written.get(table.id).filter(|_| table.id.starts_with("sagemaker-")) {
            page.push_str(&format!("\n## `{path}`\n\nAs `{first}`.\n"));
            continue;
        }
        written.insert(table.id, path.clone());
        section(&mut page, &path, table);
        let inner: Vec<(String, &Table)> =
            table.fields.iter().filter_map(|field| inner(&path, field.name, &field.value)).collect();
        todo.extend(inner.into_iter().rev());
    }
    page.push_str("\n## Mistakes and warnings\n\n| code | what it means |\n|---|---|\n");
    page.extend(codes::ALL.iter().map(|(code, meaning)| format!("| `{code}` | {meaning} |\n")));
    page
}

fn section(page: &mut String, path: &str, table: &Table) {
    let title = if path.is_empty() { "The file".to_owned() } else { format!("`{path}`") };
    let rows: String = table.fields.iter().map(|it| row(it)).collect();
    let written = write!(
        page,
        "\n## {title}\n\n{}\n\n| key | takes | if absent | meaning |\n|---|---|---|---|\n{rows}",
        table.doc
    );
    written.expect("text can be written to text");
}

fn row(field: &Field) -> String {
    let absent = match field.presence {
        Presence::Required => "must be there".to_owned(),
        Presence::RequiredUnless(others) => {
            let others: Vec<String> = others.iter().map(|it| format!("`{it}`")).collect();
            format!("must be there, unless {} is", others.join(" or "))
        }
        Presence::Optional => String::new(),
        Presence::Default(default) => format!("`{default}`"),
    };
    let escaped = |text: &str| text.replace('|', "\\|");
    let takes = escaped(&field.value.expected());
    format!(
        "| `{}` | {takes}, such as `{}` | {absent} | {} |\n",
        field.name,
        escaped(field.example),
        escaped(field.doc)
    )
}

/// Returns the table that a value is made of, and how a file names it.
fn inner(path: &str, name: &str, value: &'static Value) -> Option<(String, &'static Table)> {
    let own =
        if path.is_empty() { name.to_owned() } else { format!("{}.{name}", path.trim_matches(['[', ']'])) };
    match value {
        Value::Table(table) => Some((format!("[{own}]"), table)),
        Value::Named(named) => Some((format!("[{own}.<name>]"), named.table)),
        Value::List(element) => inner(path, name, element),
        Value::AnyOf(alternatives) => alternatives.iter().find_map(|it| inner(path, name, it)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn every_table_has_its_section() {
        let page = reference();
        let titles: Vec<&str> = page.lines().filter_map(|it| it.strip_prefix("## ")).collect();
        insta::assert_snapshot!(titles.join("\n"), @"
        The file
        `[vpc]`
        `[vpc.dhcp]`
        `[vpc.flow-logs]`
        `[tiers.<name>]`
        `[tiers.<name>.routes]`
        `[tiers.<name>.network-acl]`
        `[tiers.<name>.network-acl.inbound]`
        `[tiers.<name>.network-acl.outbound]`
        `[security-groups.<name>]`
        `[security-groups.<name>.inbound]`
        `[security-groups.<name>.outbound]`
        `[endpoints.<name>]`
        `[endpoints.<name>.policy]`
        `[endpoint-sets]`
        `[endpoint-sets.sagemaker-training]`
        `[endpoint-sets.sagemaker-hosting]`
        `[endpoint-sets.sagemaker-notebook]`
        `[endpoint-sets.sagemaker-studio]`
        `[endpoint-sets.sagemaker-hyperpod]`
        `[prefix-lists.<name>]`
        `[prefix-lists.<name>.entries]`
        `[outside.<name>]`
        `[sagemaker]`
        `[sagemaker.vpc-configs.<name>]`
        `[sagemaker.domains.<name>]`
        `[sagemaker.domains.<name>.vpc-config]`
        `[sagemaker.domains.<name>.domain-settings]`
        `[sagemaker.domains.<name>.domain-settings.docker-settings]`
        `[sagemaker.domains.<name>.domain-settings.trusted-identity-propagation-settings]`
        `[sagemaker.domains.<name>.domain-settings.amazon-q-settings]`
        `[sagemaker.domains.<name>.default-user-settings]`
        `[sagemaker.domains.<name>.default-user-settings.sharing-settings]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-lab-app-settings]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-lab-app-settings.default-resource-spec]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-lab-app-settings.custom-images]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-lab-app-settings.code-repositories]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-lab-app-settings.app-lifecycle-management]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-lab-app-settings.app-lifecycle-management.idle-settings]`
        `[sagemaker.domains.<name>.default-user-settings.code-editor-app-settings]`
        `[sagemaker.domains.<name>.default-user-settings.code-editor-app-settings.default-resource-spec]`
        `[sagemaker.domains.<name>.default-user-settings.code-editor-app-settings.custom-images]`
        `[sagemaker.domains.<name>.default-user-settings.code-editor-app-settings.app-lifecycle-management]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-server-app-settings]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-server-app-settings.default-resource-spec]`
        `[sagemaker.domains.<name>.default-user-settings.jupyter-server-app-settings.code-repositories]`
        `[sagemaker.domains.<name>.default-user-settings.kernel-gateway-app-settings]`
        `[sagemaker.domains.<name>.default-user-settings.kernel-gateway-app-settings.default-resource-spec]`
        `[sagemaker.domains.<name>.default-user-settings.kernel-gateway-app-settings.custom-images]`
        `[sagemaker.domains.<name>.default-user-settings.tensor-board-app-settings]`
        `[sagemaker.domains.<name>.default-user-settings.tensor-board-app-settings.default-resource-spec]`
        `[sagemaker.domains.<name>.default-user-settings.canvas-app-settings]`
        `[sagemaker.domains.<name>.default-user-settings.canvas-app-settings.workspace-settings]`
        `[sagemaker.domains.<name>.default-user-settings.canvas-app-settings.direct-deploy-settings]`
        `[sagemaker.domains.<name>.default-user-settings.canvas-app-settings.kendra-settings]`
        `[sagemaker.domains.<name>.default-user-settings.space-storage-settings]`
        `[sagemaker.domains.<name>.default-user-settings.space-storage-settings.default-ebs-storage-settings]`
        `[sagemaker.domains.<name>.default-user-settings.studio-web-portal-settings]`
        `[sagemaker.domains.<name>.default-user-settings.custom-posix-user-config]`
        `[sagemaker.domains.<name>.default-user-settings.custom-file-system-configs]`
        `[sagemaker.domains.<name>.default-user-settings.custom-file-system-configs.efs-file-system-config]`
        `[sagemaker.domains.<name>.default-space-settings]`
        `[sagemaker.domains.<name>.default-space-settings.jupyter-server-app-settings]`
        `[sagemaker.domains.<name>.default-space-settings.kernel-gateway-app-settings]`
        `[sagemaker.domains.<name>.default-space-settings.jupyter-lab-app-settings]`
        `[sagemaker.domains.<name>.default-space-settings.space-storage-settings]`
        `[sagemaker.domains.<name>.default-space-settings.custom-posix-user-config]`
        `[sagemaker.user-profiles.<name>]`
        `[sagemaker.user-profiles.<name>.user-settings]`
        `[sagemaker.notebook-instances.<name>]`
        `[sagemaker.notebook-instances.<name>.vpc-config]`
        `[sagemaker.notebook-instances.<name>.instance-metadata-service-configuration]`
        `[sagemaker.models.<name>]`
        `[sagemaker.models.<name>.vpc-config]`
        `[sagemaker.models.<name>.primary-container]`
        `[sagemaker.models.<name>.primary-container.image-config]`
        `[sagemaker.models.<name>.primary-container.image-config.repository-auth-config]`
        `[sagemaker.models.<name>.primary-container.model-data-source]`
        `[sagemaker.models.<name>.primary-container.model-data-source.s3-data-source]`
        `[sagemaker.models.<name>.primary-container.model-data-source.s3-data-source.model-access-config]`
        `[sagemaker.models.<name>.primary-container.additional-model-data-sources]`
        `[sagemaker.models.<name>.primary-container.additional-model-data-sources.s3-data-source]`
        `[sagemaker.models.<name>.primary-container.multi-model-config]`
        `[sagemaker.models.<name>.containers]`
        `[sagemaker.models.<name>.inference-execution-config]`
        `[sagemaker.endpoint-configs.<name>]`
        `[sagemaker.endpoint-configs.<name>.production-variants]`
        `[sagemaker.endpoint-configs.<name>.production-variants.serverless-config]`
        `[sagemaker.endpoint-configs.<name>.production-variants.managed-instance-scaling]`
        `[sagemaker.endpoint-configs.<name>.production-variants.routing-config]`
        `[sagemaker.endpoint-configs.<name>.production-variants.core-dump-config]`
        `[sagemaker.endpoint-configs.<name>.data-capture-config]`
        `[sagemaker.endpoint-configs.<name>.data-capture-config.capture-options]`
        `[sagemaker.endpoint-configs.<name>.data-capture-config.capture-content-type-header]`
        `[sagemaker.endpoint-configs.<name>.async-inference-config]`
        `[sagemaker.endpoint-configs.<name>.async-inference-config.output-config]`
        `[sagemaker.endpoint-configs.<name>.async-inference-config.output-config.notification-config]`
        `[sagemaker.endpoint-configs.<name>.async-inference-config.client-config]`
        `[sagemaker.endpoint-configs.<name>.vpc-config]`
        `[sagemaker.endpoints.<name>]`
        `[sagemaker.endpoints.<name>.deployment-config]`
        `[sagemaker.endpoints.<name>.deployment-config.blue-green-update-policy]`
        `[sagemaker.endpoints.<name>.deployment-config.blue-green-update-policy.traffic-routing-configuration]`
        `[sagemaker.endpoints.<name>.deployment-config.blue-green-update-policy.traffic-routing-configuration.canary-size]`
        `[sagemaker.endpoints.<name>.deployment-config.blue-green-update-policy.traffic-routing-configuration.linear-step-size]`
        `[sagemaker.endpoints.<name>.deployment-config.rolling-update-policy]`
        `[sagemaker.endpoints.<name>.deployment-config.rolling-update-policy.maximum-batch-size]`
        `[sagemaker.endpoints.<name>.deployment-config.rolling-update-policy.rollback-maximum-batch-size]`
        `[sagemaker.endpoints.<name>.deployment-config.auto-rollback-configuration]`
        `[sagemaker.endpoints.<name>.deployment-config.auto-rollback-configuration.alarms]`
        `[sagemaker.training-jobs.<name>]`
        `[sagemaker.training-jobs.<name>.vpc-config]`
        `[sagemaker.training-jobs.<name>.algorithm-specification]`
        `[sagemaker.training-jobs.<name>.algorithm-specification.metric-definitions]`
        `[sagemaker.training-jobs.<name>.algorithm-specification.training-image-config]`
        `[sagemaker.training-jobs.<name>.algorithm-specification.training-image-config.training-repository-auth-config]`
        `[sagemaker.training-jobs.<name>.input-data-config]`
        `[sagemaker.training-jobs.<name>.input-data-config.data-source]`
        `[sagemaker.training-jobs.<name>.input-data-config.data-source.s3-data-source]`
        `[sagemaker.training-jobs.<name>.input-data-config.data-source.s3-data-source.model-access-config]`
        `[sagemaker.training-jobs.<name>.input-data-config.data-source.file-system-data-source]`
        `[sagemaker.training-jobs.<name>.input-data-config.shuffle-config]`
        `[sagemaker.training-jobs.<name>.output-data-config]`
        `[sagemaker.training-jobs.<name>.resource-config]`
        `[sagemaker.training-jobs.<name>.resource-config.instance-groups]`
        `[sagemaker.training-jobs.<name>.stopping-condition]`
        `[sagemaker.training-jobs.<name>.checkpoint-config]`
        `[sagemaker.training-jobs.<name>.retry-strategy]`
        `[sagemaker.training-jobs.<name>.debug-hook-config]`
        `[sagemaker.training-jobs.<name>.debug-hook-config.collection-configurations]`
        `[sagemaker.training-jobs.<name>.tensor-board-output-config]`
        `[sagemaker.training-jobs.<name>.profiler-config]`
        `[sagemaker.training-jobs.<name>.experiment-config]`
        `[sagemaker.training-jobs.<name>.remote-debug-config]`
        `[sagemaker.training-jobs.<name>.infra-check-config]`
        `[sagemaker.training-jobs.<name>.session-chaining-config]`
        `[sagemaker.processing-jobs.<name>]`
        `[sagemaker.processing-jobs.<name>.vpc-config]`
        `[sagemaker.processing-jobs.<name>.app-specification]`
        `[sagemaker.processing-jobs.<name>.processing-inputs]`
        `[sagemaker.processing-jobs.<name>.processing-inputs.s3-input]`
        `[sagemaker.processing-jobs.<name>.processing-output-config]`
        `[sagemaker.processing-jobs.<name>.processing-output-config.outputs]`
        `[sagemaker.processing-jobs.<name>.processing-output-config.outputs.s3-output]`
        `[sagemaker.processing-jobs.<name>.processing-output-config.outputs.feature-store-output]`
        `[sagemaker.processing-jobs.<name>.processing-resources]`
        `[sagemaker.processing-jobs.<name>.processing-resources.cluster-config]`
        `[sagemaker.processing-jobs.<name>.stopping-condition]`
        `[sagemaker.processing-jobs.<name>.experiment-config]`
        `[moved]`
        `[protect]`
        `[guarantees]`
        `[policy]`
        `[policy.allow]`
        `[quotas]`
        Mistakes and warnings
        ");
    }
}
