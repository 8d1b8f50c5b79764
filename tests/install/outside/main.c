int made_up(void);

int main(void)
{
    return made_up();
}
