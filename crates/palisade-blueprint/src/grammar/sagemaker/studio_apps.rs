//! What users of Studio, and spaces, get: the settings of apps.

use super::studio::SWITCH;
use super::{
    APP_INSTANCE_TYPE, ARN, ROLE, ROLE_EXAMPLE, form, kms, must, number, shape, table, text, texts, words,
};
use crate::grammar::{Field, Hint, Table, Value};

pub(super) static USER_SETTINGS: Table = Table {
    id: "sagemaker-user-settings",
    doc: "What a user gets.",
    fields: &[
        &table("sharing-settings", &SHARING_SETTINGS, "{ notebook-output-option = \"Disabled\" }"),
        &table("jupyter-lab-app-settings", &JUPYTER_LAB, "{ default-resource-spec = { … } }"),
        &table("code-editor-app-settings", &CODE_EDITOR, "{ default-resource-spec = { … } }"),
        &table("jupyter-server-app-settings", &JUPYTER_SERVER, "{ default-resource-spec = { … } }"),
        &table("kernel-gateway-app-settings", &KERNEL_GATEWAY, "{ default-resource-spec = { … } }"),
        &table("tensor-board-app-settings", &TENSOR_BOARD, "{ default-resource-spec = { … } }"),
        &table("canvas-app-settings", &CANVAS, "{ workspace-settings = { … } }"),
        &table("space-storage-settings", &SPACE_STORAGE, "{ default-ebs-storage-settings = { … } }"),
        &text("default-landing-uri", "\"studio::\"", "What opens first."),
        &words("studio-web-portal", SWITCH, "\"ENABLED\"", "Whether Studio itself can be opened."),
        &table("studio-web-portal-settings", &WEB_PORTAL, "{ hidden-ml-tools = [\"JumpStart\"] }"),
        &table("custom-posix-user-config", &POSIX_USER, "{ uid = 10000, gid = 10000 }"),
        &Field::new(
            "custom-file-system-configs",
            Value::List(&Value::Table(&FILE_SYSTEM)),
            "[{ efs-file-system-config = { file-system-id = \"fs-0123456789abcdef0\" } }]",
            FILE_SYSTEM.doc,
        ),
        &words(
            "auto-mount-home-efs",
            &["Enabled", "Disabled", "DefaultAsDomain"],
            "\"Enabled\"",
            "Whether spaces see the home directory.",
        ),
    ],
    hints: &[
        Hint::elsewhere("execution-role", "write it into the outer table"),
        Hint::elsewhere(
            "security-groups",
            "they are those of the domain's `vpc-config`, or the profile's own",
        ),
    ],
};

pub(super) static DEFAULT_SPACE_SETTINGS: Table = Table {
    id: "sagemaker-space-settings",
    doc: "What a space that several share gets.",
    fields: &[
        &Field::new("execution-role", Value::Pattern(ROLE), ROLE_EXAMPLE, "The role of what runs in spaces."),
        &table("jupyter-server-app-settings", &JUPYTER_SERVER, "{ default-resource-spec = { … } }"),
        &table("kernel-gateway-app-settings", &KERNEL_GATEWAY, "{ default-resource-spec = { … } }"),
        &table("jupyter-lab-app-settings", &JUPYTER_LAB, "{ default-resource-spec = { … } }"),
        &table("space-storage-settings", &SPACE_STORAGE, "{ default-ebs-storage-settings = { … } }"),
        &table("custom-posix-user-config", &POSIX_USER, "{ uid = 10000, gid = 10000 }"),
    ],
    hints: &[Hint::elsewhere("security-groups", "they are those of the domain's `vpc-config`")],
};

static SHARING_SETTINGS: Table = shape(
    "sagemaker-sharing-settings",
    "Whether the output of notebooks is shared with them.",
    &[
        &words("notebook-output-option", &["Allowed", "Disabled"], "\"Disabled\"", "Whether it is."),
        &form(
            "s3-output-path",
            super::S3_URI,
            "\"s3://my-bucket/shared\"",
            "Where snapshots of notebooks are kept.",
        ),
        &kms("s3-kms-key-id", "The key that encrypts them."),
    ],
);

static RESOURCE_SPEC: Table = shape(
    "sagemaker-resource-spec",
    "What an app runs on.",
    &[
        &form(
            "instance-type",
            APP_INSTANCE_TYPE,
            "\"ml.t3.medium\"",
            "The machine; of JupyterServer `system`.",
        ),
        &form("sage-maker-image-arn", ARN, "\"arn:aws:sagemaker:…:image/…\"", "The image."),
        &form("sage-maker-image-version-arn", ARN, "\"arn:aws:sagemaker:…:image-version/…\"", "Its version."),
        &text("sage-maker-image-version-alias", "\"latest\"", "Another name of its version."),
        &form("lifecycle-config-arn", ARN, "\"arn:aws:sagemaker:…\"", "The script that runs when it starts."),
    ],
);

static SPEC: Field = table("default-resource-spec", &RESOURCE_SPEC, "{ instance-type = \"ml.t3.medium\" }");
static IMAGES: Field = Field::new(
    "custom-images",
    Value::List(&Value::Table(&CUSTOM_IMAGE)),
    "[{ image-name = \"fraud\", app-image-config-name = \"fraud\" }]",
    "Images of one's own to choose from.",
);
static SCRIPTS: Field = Field::new(
    "lifecycle-config-arns",
    Value::List(&Value::Pattern(ARN)),
    "[\"arn:aws:sagemaker:…:studio-lifecycle-config/…\"]",
    "Scripts to choose from.",
);
static REPOSITORIES: Field = Field::new(
    "code-repositories",
    Value::List(&Value::Table(&REPOSITORY)),
    "[{ repository-url = \"https://git.example.com/fraud.git\" }]",
    "Repositories to choose from.",
);
static LIFECYCLE: Field = table("app-lifecycle-management", &APP_LIFECYCLE, "{ idle-settings = { … } }");

static JUPYTER_LAB: Table = shape(
    "sagemaker-jupyter-lab",
    "How JupyterLab runs.",
    &[&SPEC, &IMAGES, &SCRIPTS, &REPOSITORIES, &LIFECYCLE, &BUILT_IN_SCRIPT],
);
static CODE_EDITOR: Table = shape(
    "sagemaker-code-editor",
    "How the code editor runs.",
    &[&SPEC, &IMAGES, &SCRIPTS, &LIFECYCLE, &BUILT_IN_SCRIPT],
);
static JUPYTER_SERVER: Table = shape(
    "sagemaker-jupyter-server",
    "How the server of Studio Classic runs.",
    &[&SPEC, &SCRIPTS, &REPOSITORIES],
);
static KERNEL_GATEWAY: Table =
    shape("sagemaker-kernel-gateway", "How the kernels of Studio Classic run.", &[&SPEC, &IMAGES, &SCRIPTS]);
static TENSOR_BOARD: Table = shape("sagemaker-tensor-board", "How TensorBoard runs.", &[&SPEC]);
static BUILT_IN_SCRIPT: Field = form(
    "built-in-lifecycle-config-arn",
    ARN,
    "\"arn:aws:sagemaker:…\"",
    "The script that always runs first.",
);

static CUSTOM_IMAGE: Table = shape(
    "sagemaker-custom-image",
    "An image of one's own.",
    &[
        &must(text("image-name", "\"fraud\"", "The image.")),
        &must(text("app-image-config-name", "\"fraud\"", "How it is run.")),
        &number("image-version-number", 0, super::COUNT_MAX, "1", "Its version; absent: the newest."),
    ],
);
static REPOSITORY: Table = shape(
    "sagemaker-code-repository",
    "A repository.",
    &[&must(text("repository-url", "\"https://git.example.com/fraud.git\"", "Where it is."))],
);
static APP_LIFECYCLE: Table = shape(
    "sagemaker-app-lifecycle",
    "When an app ends by itself.",
    &[&table(
        "idle-settings",
        &IDLE_SETTINGS,
        "{ lifecycle-management = \"ENABLED\", idle-timeout-in-minutes = 120 }",
    )],
);
static IDLE_SETTINGS: Table = shape(
    "sagemaker-idle-settings",
    "What happens to an app that nobody uses.",
    &[
        &words("lifecycle-management", SWITCH, "\"ENABLED\"", "Whether it ends."),
        &number("idle-timeout-in-minutes", 60, 525_600, "120", "After how long."),
        &number("min-idle-timeout-in-minutes", 60, 525_600, "60", "The shortest that users may choose."),
        &number("max-idle-timeout-in-minutes", 60, 525_600, "480", "The longest that users may choose."),
    ],
);
static SPACE_STORAGE: Table = shape(
    "sagemaker-space-storage",
    "The disks of spaces.",
    &[&table(
        "default-ebs-storage-settings",
        &EBS_STORAGE,
        "{ default-ebs-volume-size-in-gb = 5, maximum-ebs-volume-size-in-gb = 100 }",
    )],
);
static EBS_STORAGE: Table = shape(
    "sagemaker-ebs-storage",
    "How large they are.",
    &[
        &must(number("default-ebs-volume-size-in-gb", 5, 16_384, "5", "If nobody says otherwise.")),
        &must(number("maximum-ebs-volume-size-in-gb", 5, 16_384, "100", "At most.")),
    ],
);
static WEB_PORTAL: Table = shape(
    "sagemaker-web-portal",
    "What Studio does not show.",
    &[
        &texts("hidden-ml-tools", "[\"JumpStart\"]", "Tools, by the API's names."),
        &texts("hidden-app-types", "[\"Canvas\"]", "Kinds of apps, by the API's names."),
        &texts("hidden-instance-types", "[\"ml.p4d.24xlarge\"]", "Machines."),
        &words(
            "execution-role-session-name-mode",
            &["STATIC", "USER_IDENTITY"],
            "\"USER_IDENTITY\"",
            "Whether sessions of the role carry the user's name.",
        ),
    ],
);
static POSIX_USER: Table = shape(
    "sagemaker-posix-user",
    "Who a user is on file systems.",
    &[
        &must(number("uid", 10_000, 4_000_000, "10000", "The number of the user.")),
        &must(number("gid", 1001, 4_000_000, "10000", "The number of the group.")),
    ],
);
static FILE_SYSTEM: Table = shape(
    "sagemaker-file-system",
    "Further file systems that apps see.",
    &[&table("efs-file-system-config", &EFS, "{ file-system-id = \"fs-0123456789abcdef0\" }")],
);
static EFS: Table = shape(
    "sagemaker-efs",
    "A file system of EFS, with mount targets in the subnets.",
    &[
        &must(text("file-system-id", "\"fs-0123456789abcdef0\"", "Its id.")),
        &text("file-system-path", "\"/data\"", "What of it; absent: all."),
    ],
);
static CANVAS: Table = shape(
    "sagemaker-canvas",
    "How Canvas works.",
    &[
        &table("workspace-settings", &CANVAS_WORKSPACE, "{ s3-artifact-path = \"s3://my-bucket/canvas\" }"),
        &table("direct-deploy-settings", &CANVAS_STATUS, "{ status = \"DISABLED\" }"),
        &table("kendra-settings", &CANVAS_STATUS, "{ status = \"DISABLED\" }"),
    ],
);
static CANVAS_WORKSPACE: Table = shape(
    "sagemaker-canvas-workspace",
    "Where Canvas keeps its files.",
    &[
        &form("s3-artifact-path", super::S3_URI, "\"s3://my-bucket/canvas\"", "The place."),
        &kms("s3-kms-key-id", "The key that encrypts them."),
    ],
);
static CANVAS_STATUS: Table = shape(
    "sagemaker-canvas-status",
    "Whether Canvas may do this.",
    &[&words("status", SWITCH, "\"DISABLED\"", "On or off.")],
);
